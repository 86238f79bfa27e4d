//! The command line and the output that both programs share; see ../../README.md.

use base64::{engine::general_purpose::STANDARD, Engine};
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Stdout, Write};

#[derive(Clone, Copy)]
pub enum Start {
    Beginning,
    End,
    Offset(i64),
    Time(i64),
}

pub struct Options {
    pub bootstrap: String,
    pub topics: Vec<String>,
    pub group_mode: bool,
    pub group: String,
    pub start: Start,
    pub count: usize,
}

pub fn parse() -> Options {
    let mut given: BTreeMap<String, String> = BTreeMap::new();
    let mut words = std::env::args().skip(1);
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        given.insert(name, value);
    }
    let take = |name: &str| given.get(name).unwrap_or_else(|| panic!("{name} is missing")).clone();
    let from = take("--from");
    let start = match from.split_once(':') {
        Some(("offset", number)) => Start::Offset(number.parse().expect("an offset")),
        Some(("time", number)) => Start::Time(number.parse().expect("a time")),
        _ if from == "end" => Start::End,
        _ => Start::Beginning,
    };
    Options {
        bootstrap: take("--bootstrap"),
        topics: take("--topics").split(',').map(str::to_owned).collect(),
        group_mode: take("--mode") == "group",
        group: take("--group"),
        start,
        count: take("--count").parse().expect("a number"),
    }
}

/// Prints records and knows the position after the last one of each partition.
pub struct Output {
    out: BufWriter<Stdout>,
    pub printed: usize,
    pub positions: BTreeMap<(String, i32), i64>,
}

impl Output {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Output {
        Output { out: BufWriter::new(io::stdout()), printed: 0, positions: BTreeMap::new() }
    }

    pub fn record(
        &mut self,
        place: (&str, i32, i64),
        timestamp: i64,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
    ) {
        let (topic, partition, offset) = place;
        let (key, value) = (text(key), text(value));
        writeln!(self.out, "{topic}\t{partition}\t{offset}\t{timestamp}\t{key}\t{value}")
            .expect("standard output");
        self.printed += 1;
        self.positions.insert((topic.to_owned(), partition), offset + 1);
    }

    pub fn flush(&mut self) {
        self.out.flush().expect("standard output");
    }
}

fn text(data: Option<&[u8]>) -> String {
    data.map_or("-".to_owned(), |bytes| STANDARD.encode(bytes))
}
