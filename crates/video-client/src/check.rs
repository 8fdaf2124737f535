//! What is known of a request before it is sent.

use video_catalog::{Report, report};
use video_types::Generation;

use crate::Client;

impl Client {
    /// Holds a request against what is known about its model and the channel that New API has for it, in the format of
    /// this client. Spends nothing and asks nobody.
    ///
    /// What an error means is for the caller to decide: [`submit`](Self::submit) sends whatever it is given. Pictures
    /// are checked as they are; [`fit_pictures`](crate::fit_pictures) gives them the form the model takes.
    ///
    /// ```
    /// # #[cfg(feature = "reqwest")] {
    /// use video_client::{Client, fit_pictures};
    /// use video_types::{Generation, Seconds};
    ///
    /// let client = Client::builder("https://88api.ai").key("sk-xxxx").build()?;
    /// let generation = Generation::new("kling-v1", "a cat").with_seconds(Seconds::new(3).expect("within 1 to 3600"));
    /// let report = client.check(&fit_pictures(generation));
    /// assert!(report.has_errors());
    /// # }
    /// # Ok::<(), video_client::Error>(())
    /// ```
    pub fn check(&self, generation: &Generation) -> Report {
        report(generation, self.route())
    }

    /// Where this client sends its submits, as the catalogue names it.
    pub fn route(&self) -> video_catalog::Target {
        if self.dialect_name() == "openai" { video_catalog::Target::Videos } else { video_catalog::Target::Generations }
    }
}
