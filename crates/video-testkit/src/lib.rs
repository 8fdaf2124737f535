//! Local far ends with a ledger, for the tests of this workspace.
