//! Sans-IO protocol of video-generation gateways.
