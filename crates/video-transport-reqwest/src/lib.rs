//! Sends video-client's HTTP requests with reqwest, and says truthfully what was sent.
