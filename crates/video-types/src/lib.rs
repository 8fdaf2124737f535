//! Pure wire types of video-generation gateways.
