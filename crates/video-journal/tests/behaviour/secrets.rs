//! What must not be on the disk is not on the disk.

use std::path::Path;
use std::time::SystemTime;

use video_journal::{
    Destination, End, Event, Evidence, Excerpt, Intent, KeyFingerprint, Order, Prompts, Request, SqliteStore,
    Store as _, Write, Written,
};
use video_protocol::{Bearer, Dialect as _, Endpoint, Error, ErrorKind, NewApi};
use video_types::Generation;

use crate::files::listing;
use crate::stage::{NOON, id, lease};

const KEY: &str = "planted7f3aQ9";
const PROMPT: &str = "a heron at dawn";

/// Whether a text stands in any file of a folder, in whatever letters.
fn found(folder: &Path, text: &str) -> bool {
    let text = text.to_lowercase();
    listing(folder).iter().any(|name| {
        let bytes = std::fs::read(folder.join(name)).unwrap().to_ascii_lowercase();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

/// The whole life of a job whose server repeats the key and the prompt in its errors.
fn live(store: &SqliteStore, prompts: Prompts) {
    let endpoint = Endpoint::new("https://88api.ai", Bearer::new(&format!(" Bearer {KEY}\n")).unwrap()).unwrap();
    let generation = Generation::new("kling-v1", PROMPT);
    // What the request and its owner know, the journal is told as a client would tell it.
    let request = endpoint.prepare(NewApi.encode_submit(&generation).unwrap(), SystemTime::UNIX_EPOCH).unwrap();
    assert!(request.headers().values().any(|value| value.to_str().unwrap().contains(KEY)));
    let to = Destination {
        dialect: "new-api".to_owned(),
        origin: endpoint.origin(),
        key_fingerprint: KeyFingerprint::of(&format!("Bearer {KEY}")),
    };
    let mut secrets = vec![KEY];
    if prompts == Prompts::Hashed {
        secrets.push(PROMPT);
    }
    let error = Error::new(ErrorKind::NoAnswer).with_message(format!("{KEY} was cut off at {PROMPT}"));
    let evidence = Evidence::of("no_answer", &error, &secrets)
        .with_body(Excerpt::new(&format!("your key {KEY} asked for {PROMPT}; Bearer {KEY}"), &secrets));
    let order = Order::from(generation);
    let intent = Intent::new(id(1), NOON, Request::new(&order, prompts), "key-1", to.clone());
    let note = |event| Write::Note { job: id(1), event: Box::new(event), by: lease("a").owner, at: NOON };
    let writes = vec![
        Write::Begin { intent: Box::new(intent), lease: lease("a") },
        note(Event::Sent { to }),
        note(Event::Ended { end: End::Unknown, evidence }),
    ];
    let answers: Vec<Written> = store.write(writes).into_iter().map(Result::unwrap).collect();
    assert!(!format!("{answers:?}").contains(KEY));
    // Words of the prompt stand in no log.
    assert!(prompts == Prompts::Stored || !format!("{answers:?}").contains(PROMPT));
}

#[test]
fn a_planted_key_is_in_no_byte_of_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("journal.db")).unwrap();
    live(&store, Prompts::Stored);
    assert!(listing(folder.path()).contains(&"journal.db-wal".to_owned()));
    assert!(found(folder.path(), PROMPT), "the search finds what is there");
    assert!(found(folder.path(), KeyFingerprint::of(KEY).as_str()));
    assert!(!found(folder.path(), KEY));
    drop(store);
    assert!(found(folder.path(), PROMPT));
    assert!(!found(folder.path(), KEY));
}

#[test]
fn a_prompt_that_is_not_to_be_stored_is_in_no_byte_of_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("journal.db")).unwrap();
    live(&store, Prompts::Hashed);
    assert!(found(folder.path(), "kling-v1"));
    for text in [PROMPT, "heron", KEY] {
        assert!(!found(folder.path(), text), "{text}");
    }
    drop(store);
    assert!(!found(folder.path(), "heron"));
}

#[test]
fn an_excerpt_masks_what_is_named_and_what_looks_like_a_key() {
    let masked = |text: &str| Excerpt::new(text, &["hunter22"]).to_string();
    assert_eq!(masked("key hunter22, again (hunter22)"), "key ***, again (***)");
    assert_eq!(masked("bearer abc.DEF-1 and BEARER x"), "bearer *** and BEARER ***");
    assert_eq!(masked("sk-1234abcd sk-; task-1 risk-free"), "sk-*** sk-; task-1 risk-free");
    assert_eq!(masked("密钥 hunter22 无效"), "密钥 *** 无效");
    // Cut after it is masked, and between two letters.
    let long = format!("{}hunter22", "é".repeat(1022));
    assert_eq!(masked(&long), format!("{}***", "é".repeat(1022)).chars().take(1022).collect::<String>() + "***");
    assert!(masked(&"é".repeat(5000)).len() <= 2048 + '…'.len_utf8());
    // A secret of three letters would mask half of the words there are.
    assert_eq!(Excerpt::new("the cat", &["cat", ""]).to_string(), "the cat");
}

#[test]
fn a_fingerprint_tells_accounts_apart_and_white_space_does_not_count() {
    let fingerprint = KeyFingerprint::of("sk-xxxx");
    assert_eq!(fingerprint.as_str().len(), 16);
    assert_eq!(fingerprint, KeyFingerprint::of("  bearer sk-xxxx \n"));
    assert_ne!(fingerprint, KeyFingerprint::of("sk-xxxy"));
}
