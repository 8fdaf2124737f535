//! What the answers say about the gateway, together.

use super::answer::Read;
use super::seen::Seen;
use super::{Feature, Finding, Question, Quirk, State};
use crate::HttpResponse;

/// What a gateway is and has, from the answers to [`Question`]s.
///
/// A pure judgement: the same answers give the same survey. Questions without an answer are allowed everywhere; what
/// depends on them is [`State::Unknown`].
///
/// ```
/// use video_protocol::{Feature, Question, State, Survey};
///
/// let answer = http::Response::builder().status(400).header("x-new-api-version", "v0.12.1");
/// let answer = answer.body(r#"{"code":"task_not_exist","message":"task_not_exist","data":null}"#.into())?;
/// let survey = Survey::of(&[(Question::Wrapper, answer)]);
///
/// assert!(survey.is_usable());
/// assert_eq!(survey.state(Feature::OpenAi), State::Unknown); // not asked
/// assert_eq!(survey.finding(Feature::IsNewApi).unwrap().value, "0.12.1");
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Survey {
    /// One for each [`Feature`], in its order.
    pub findings: Vec<Finding>,
    /// What is peculiar about its release.
    pub quirks: Vec<Quirk>,
    /// Each answer in a few words, such as `400 task-error task_not_exist`.
    pub answers: Vec<(Question, String)>,
}

impl Survey {
    /// Judges the answers.
    pub fn of(answers: &[(Question, HttpResponse)]) -> Self {
        let seen = Seen { answers: answers.iter().map(|(question, answer)| (*question, Read::of(answer))).collect() };
        let span = seen.span();
        let quirks = span.as_ref().map(Quirk::of).unwrap_or_default();
        let findings = seen.findings(span.as_ref(), &quirks);
        let answers = seen.answers.iter().map(|(question, read)| (*question, read.in_short())).collect();
        Self { findings, quirks, answers }
    }

    /// What was found about a feature.
    pub fn finding(&self, feature: Feature) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.feature == feature)
    }

    /// Whether the gateway has a feature.
    pub fn state(&self, feature: Feature) -> State {
        self.finding(feature).map_or(State::Unknown, |finding| finding.state)
    }

    /// Whether jobs can be ordered and asked for here with this key, as far as can be seen for free.
    pub fn is_usable(&self) -> bool {
        !self.refuses_key() && [Feature::NewApi, Feature::OpenAi].iter().any(|format| self.state(*format) == State::Yes)
    }

    /// Whether the key was refused.
    pub fn refuses_key(&self) -> bool {
        self.state(Feature::Key) == State::No
    }
}
