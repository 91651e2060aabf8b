//! The direction data flows: a module imports only modules that stand above it in the table of `src/lib.rs`, and no file
//! imports in a circle.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Source texts without documentation and tests, by the path of their module: `scenario::load`; the library itself is "".
type Sources = BTreeMap<String, String>;

fn library() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap()
}

/// Module names in the order of the table.
fn table(library: &str) -> Vec<String> {
    library
        .lines()
        .filter_map(|line| line.strip_prefix("//! | [`"))
        .filter_map(|row| row.split_once('`').map(|(name, _)| name.to_owned()))
        .collect()
}

fn sources() -> Sources {
    let mut found = Sources::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut found);
    found
}

fn read(folder: &Path, module: &str, found: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let inner = below(module, name);
        if path.is_dir() {
            read(&path, &inner, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "main" {
            let key = if matches!(name, "mod" | "lib") {
                module
            } else {
                &inner
            };
            found.insert(key.to_owned(), code(&fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The name of a module inside another.
fn below(module: &str, name: &str) -> String {
    if module.is_empty() {
        name.to_owned()
    } else {
        format!("{module}::{name}")
    }
}

/// The module around another.
fn above(module: &str) -> &str {
    module.rsplit_once("::").map_or("", |(outer, _)| outer)
}

/// The row of the table a module belongs to.
fn top(module: &str) -> &str {
    module.split("::").next().unwrap()
}

/// A source text without documentation, which may point anywhere, and without the tests, which stand at its end.
fn code(source: &str) -> String {
    let source = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Every path that starts with one of these names, in groups and alone, and the name it gets where it stands.
fn paths(source: &str, starts: &[&str]) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    for start in starts {
        for (position, _) in source.match_indices(&format!("{start}::")) {
            let before = source[..position].chars().next_back();
            if !before.is_some_and(|before| is_name(before) || before == ':') {
                tree(&source[position..], &[], &mut found);
            }
        }
    }
    found
}

/// Reads `a::{b, c as d, e::*}` and gives what follows it.
fn tree<'a>(text: &'a str, prefix: &[String], found: &mut Vec<(Vec<String>, String)>) -> &'a str {
    let length = text.find(|character| !is_name(character)).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(length);
    let mut path = prefix.to_vec();
    if !name.is_empty() && name != "self" {
        path.push(name.to_owned());
    }
    if let Some(inner) = rest.strip_prefix("::") {
        return match inner.strip_prefix('{') {
            None => tree(inner, &path, found),
            Some(mut group) => loop {
                group =
                    group.trim_start_matches(|character: char| character == ',' || character.is_whitespace());
                match group.strip_prefix('}') {
                    Some(after) => break after,
                    None if group.is_empty() => break group,
                    None => group = tree(group, &path, found),
                }
            },
        };
    }
    rest = rest.strip_prefix('*').unwrap_or(rest);
    let mut local = path.last().cloned().unwrap_or_default();
    if let Some(alias) = rest.strip_prefix(" as ") {
        let length = alias.find(|character| !is_name(character)).unwrap_or(alias.len());
        local = alias[..length].to_owned();
        rest = &alias[length..];
    }
    found.push((path, local));
    // Nothing that cannot be read is read twice.
    if rest.len() == text.len() {
        &rest[rest.chars().next().map_or(0, char::len_utf8)..]
    } else {
        rest
    }
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The statements of a module file that pass names of its inner modules on, and the rest of its text.
fn split_uses(source: &str) -> (Vec<&str>, String) {
    let mut uses = Vec::new();
    let mut rest = String::new();
    let mut at = 0;
    for (start, _) in source.match_indices("use ") {
        let line = source[..start].rfind('\n').map_or(0, |end| end + 1);
        let visibility = source[line..start].trim();
        let end = source[start..].find(';').map_or(source.len(), |end| start + end);
        if start >= at && visibility.starts_with("pub") {
            rest.push_str(&source[at..start]);
            uses.push(&source[start + 4..end]);
            at = end;
        }
    }
    rest.push_str(&source[at..]);
    (uses, rest)
}

/// The file that defines what a path names, seen from a module.
fn defined_in(sources: &Sources, module: &str, path: &[String]) -> String {
    let mut current = module.to_owned();
    for (position, segment) in path.iter().enumerate() {
        let inner = below(&current, segment);
        match segment.as_str() {
            "crate" => current = String::new(),
            "super" => current = above(&current).to_owned(),
            _ if sources.contains_key(&inner) => current = inner,
            _ => {
                let (uses, _) = split_uses(&sources[&current]);
                let mut passed_on = Vec::new();
                for statement in uses {
                    tree(statement, &[], &mut passed_on);
                }
                return match passed_on.iter().find(|(_, local)| local == segment) {
                    Some((target, _)) if position < path.len() && target != path => {
                        defined_in(sources, &current, target)
                    }
                    _ => current,
                };
            }
        }
    }
    current
}

/// Which files of its own module each file imports.
fn graph(sources: &Sources) -> BTreeMap<String, BTreeSet<String>> {
    let mut edges = BTreeMap::new();
    for (module, source) in sources {
        let inner: Vec<&str> = sources
            .keys()
            .filter(|other| !other.is_empty() && above(other) == module)
            .map(|other| other.rsplit("::").next().unwrap())
            .collect();
        let (_, rest) = split_uses(source);
        let mut imported = paths(&rest, &["crate", "super"]);
        imported.extend(paths(&rest, &inner));
        let targets: BTreeSet<String> = imported
            .iter()
            .map(|(path, _)| defined_in(sources, module, path))
            // The table of modules has its own test, and a module that lists its files looks at them by its nature.
            .filter(|target| top(target) == top(module) && target != module && above(target) != module)
            .collect();
        edges.insert(module.clone(), targets);
    }
    edges
}

/// What is left when everything that stands on no circle is taken away.
fn circles(mut edges: BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, BTreeSet<String>> {
    loop {
        let imported: BTreeSet<String> = edges.values().flatten().cloned().collect();
        let before = edges.len();
        edges.retain(|file, targets| imported.contains(file) && !targets.is_empty());
        let left: BTreeSet<String> = edges.keys().cloned().collect();
        for targets in edges.values_mut() {
            targets.retain(|target| left.contains(target));
        }
        if edges.len() == before {
            return edges;
        }
    }
}

#[test]
fn modules_import_only_what_stands_above_them() {
    let library = library();
    let modules = table(&library);
    for declared in library.lines().filter_map(|line| line.strip_prefix("pub mod ")) {
        let name = declared.trim_end_matches(';').to_owned();
        assert!(
            modules.contains(&name),
            "{name} is missing from the table of src/lib.rs"
        );
    }
    let place = |name: &str| modules.iter().position(|module| module == name);
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (file, source) in sources() {
        let Some(own) = place(top(&file)) else {
            continue;
        };
        for (path, _) in paths(&source, &["crate"]) {
            checked += 1;
            if place(&path[1]).is_none_or(|other| other > own) {
                wrong.push(format!("{file} imports {}", path.join("::")));
            }
        }
    }
    assert!(
        checked > 50,
        "only {checked} imports were found: the reader of imports is broken"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_imports_in_a_circle() {
    let edges = graph(&sources());
    let count: usize = edges.values().map(BTreeSet::len).sum();
    assert!(
        count > 200,
        "only {count} imports were found: the reader of imports is broken"
    );
    let mut left = circles(edges);
    // This one is being untangled.
    left.retain(|file, _| top(file) != "scenario");
    let lines: Vec<String> = left
        .iter()
        .map(|(file, targets)| format!("{file} imports {}", Vec::from_iter(targets.clone()).join(", ")))
        .collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

#[test]
fn only_the_engine_uses_threads_and_only_random_builds_generators() {
    for (module, source) in sources() {
        assert!(
            !source.contains("rayon::") || module.starts_with("engine"),
            "{module} uses rayon"
        );
        assert!(
            !source.contains("rand_xoshiro::") || module.starts_with("random"),
            "{module} builds a generator"
        );
    }
}

#[test]
fn imports_are_read_in_groups_and_alone() {
    let source = "use crate::{\n    base::{Economy, self as names},\n    stats::Moments,\n};\nfn f(x: crate::random::Stream) {}\nuse super::*;";
    let read: Vec<String> = paths(source, &["crate", "super"])
        .into_iter()
        .map(|(path, local)| format!("{} {local}", path.join("::")))
        .collect();
    let expected = [
        "crate::base::Economy Economy",
        "crate::base names",
        "crate::stats::Moments Moments",
        "crate::random::Stream Stream",
        "super super",
    ];
    assert_eq!(read, expected);
}

#[test]
fn a_circle_is_found_through_names_that_are_passed_on() {
    let texts = [
        ("", "pub mod a;\npub mod b;"),
        (
            "a",
            "mod one;\nmod two;\nmod three;\npub use one::First;\npub use two::{Other, Second};",
        ),
        ("a::one", "use super::Second;\npub struct First;"),
        ("a::two", "fn f(x: crate::a::three::Third) {}\npub struct Second;"),
        ("a::three", "use super::{First as Renamed};\npub struct Third;"),
        ("b", "use crate::a::First;"),
    ];
    let texts = texts.map(|(module, text)| (module.to_owned(), text.to_owned()));
    let left = circles(graph(&texts.into()));
    assert_eq!(Vec::from_iter(left.keys()), ["a::one", "a::three", "a::two"]);
}
