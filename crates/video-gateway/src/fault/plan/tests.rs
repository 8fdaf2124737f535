//! The grammar and the decision, as tables.

use proptest::prelude::*;

use super::*;

fn plan(text: &str) -> FaultPlan {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_plan_is_read_or_refused_by_its_part() {
    let rows = [
        "submit:500=0.1,poll:429=0.2,content:cut=0.1",
        " submit : 503 = 1.000 , list:empty=.5 ",
        "submit:lost=0,submit:lost-500=0.000001,poll:drop=1.",
        "poll:late=0.1,poll:late-10s=0.1,poll:late-1500ms=0.1,content:stall-3s=0.1,content:stall-2000ms=0.9",
        "poll:html=0.1,poll:html-502=0.1,content:json=0.1,content:short=0.1",
        "poll:500=0.7,poll:502=0.2,poll:503=0.1",
        "",
        "poll:500=0.1,",
        "poll:500",
        "500=0.1",
        "poll=0.1",
        "delete:500=0.1",
        "Poll:500=0.1",
        "poll:=0.1",
        "poll:200=0.1",
        "poll:399=0.1",
        "poll:600=0.1",
        "poll:+500=0.1",
        "poll:٥٠٠=0.1",
        "poll:boom=0.1",
        "poll:drop-500=0.1",
        "poll:html-200=0.1",
        "poll:late-0s=0.1",
        "poll:late-3601s=0.1",
        "poll:late-99999999999999999999s=0.1",
        "poll:late-3m=0.1",
        "poll:late-s=0.1",
        "poll:lost=0.1",
        "content:lost-500=0.1",
        "submit:lost-400=0.1",
        "poll:500=",
        "poll:500=.",
        "poll:500=-0.1",
        "poll:500=1e-3",
        "poll:500=10%",
        "poll:500=1.000001",
        "poll:500=0.0000001",
        "poll:500=NaN",
        "poll:500=0.1=0.2",
        "poll:late=0.1,poll:late-3s=0.1",
        "submit:500=0.6,poll:500=0.6,submit:503=0.400001",
        "poll:\u{1b}[31m=0.1",
        "a very long part that somebody pasted by mistake from another window of the terminal",
    ];
    let table = rows.map(|text| match text.parse::<FaultPlan>() {
        Ok(plan) => format!("{text:?}\n  {plan}\n"),
        Err(error) => format!("{text:?}\n  refused: {error}\n"),
    });
    insta::assert_snapshot!(table.concat());
}

#[test]
fn the_sequence_is_that_of_the_seed_for_ever() {
    let text = "submit:500=0.2,submit:lost=0.1,poll:429=0.3,content:cut=0.2,list:drop=0.5";
    let mut table = String::new();
    for seed in [FaultPlan::DEFAULT_SEED, 1, u64::MAX] {
        let plan = plan(text).with_seed(seed);
        for route in FaultRoute::ALL {
            let faults = (1..=20).map(|number| match plan.decide(route, number) {
                Some(fault) => fault.kind.to_string(),
                None => ".".to_owned(),
            });
            table += &format!("{seed} {}: {}\n", route.as_str(), faults.collect::<Vec<_>>().join(" "));
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn rates_are_met_over_ten_thousand_requests() {
    let plan =
        plan("submit:500=0.1,submit:lost=0.05,submit:cut=0.25,poll:429=0.5,poll:drop=0.5,content:short=1,list:json=0");
    let mut table = String::new();
    for route in FaultRoute::ALL {
        let mut counts = std::collections::BTreeMap::<String, u32>::new();
        for number in 1..=10_000 {
            let name = plan.decide(route, number).map_or("none".to_owned(), |fault| fault.kind.to_string());
            *counts.entry(name).or_default() += 1;
        }
        for (fault, rate) in plan.faults.iter().filter(|(fault, _)| fault.route == route) {
            let met = counts.get(&fault.kind.to_string()).copied().unwrap_or(0);
            // Four standard deviations at most: 200 for a rate of a half.
            assert!(met.abs_diff(rate.0 / 100) <= 200, "{fault}: {met}");
        }
        table += &format!("{}: {counts:?}\n", route.as_str());
    }
    insta::assert_snapshot!(table);
}

fn part() -> impl Strategy<Value = String> {
    let kind = prop_oneof![
        (400_u16..=599).prop_map(|status| status.to_string()),
        (500_u16..=599).prop_map(|status| format!("lost-{status}")),
        (400_u16..=599).prop_map(|status| format!("html-{status}")),
        (1_u64..=3_600_000).prop_map(|time| format!("late-{time}ms")),
        (1_u64..=3600).prop_map(|time| format!("stall-{time}s")),
        prop::sample::select(vec!["drop", "lost", "html", "empty", "json", "late", "cut", "short", "stall"])
            .prop_map(str::to_owned),
    ];
    let route = prop::sample::select(vec!["submit", "poll", "content", "list"]);
    (route, kind, 0_u32..=300_000).prop_map(|(route, kind, rate)| format!("{route}:{kind}=0.{rate:06}"))
}

proptest! {
    #[test]
    fn no_text_is_a_reason_to_panic(text in prop_oneof![".*", "[a-z:=,0-9. -]{0,60}", "(submit|poll):[a-z0-9-]{0,9}=[0-9.]{0,9}"]) {
        if let Ok(plan) = text.parse::<FaultPlan>() {
            prop_assert_eq!(plan.to_string().parse::<FaultPlan>(), Ok(plan));
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same_plan(parts in prop::collection::vec(part(), 1..6), number: u64, seed: u64) {
        let text = parts.join(",");
        if let Ok(plan) = text.parse::<FaultPlan>() {
            let again: FaultPlan = plan.to_string().parse().expect("its own text");
            prop_assert_eq!(&again, &plan);
            let (plan, again) = (plan.with_seed(seed), again.with_seed(seed));
            for route in FaultRoute::ALL {
                prop_assert_eq!(again.decide(route, number), plan.decide(route, number));
            }
        }
    }
}

/// The first column of the table of kinds.
fn kinds(text: &str) -> Vec<String> {
    let rows = text.lines().map(|line| line.trim_start_matches("///").trim());
    let table = rows.skip_while(|row| !row.starts_with("| KIND |")).skip(2).take_while(|row| row.starts_with('|'));
    table.filter_map(|row| Some(row.split('|').nth(1)?.trim().replace('、', ", "))).collect()
}

#[test]
fn the_tables_of_the_guides_name_the_kinds_of_the_documentation() {
    let here = kinds(include_str!("../plan.rs"));
    assert_eq!(kinds(include_str!("../../../../../docs/guide/gateway.md")), here);
    assert_eq!(kinds(include_str!("../../../../../docs/zh/gateway.md")), here);
    for kind in here.iter().flat_map(|cell| cell.split([',', '…'])) {
        let kind = kind.trim().trim_matches('`');
        assert!(Kind::read(kind).is_ok(), "{kind:?}");
    }
    assert_eq!(here.len(), 11, "{here:?}");
}
