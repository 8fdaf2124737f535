//! The contract between the video client and whatever carries its HTTP messages.
