//! The direction data flows: a module imports only modules that stand above it in the table of `src/lib.rs`.

use std::{fs, path::Path};

/// Module names in the order of the table.
fn table(library: &str) -> Vec<String> {
    library
        .lines()
        .filter_map(|line| line.strip_prefix("//! | [`"))
        .filter_map(|row| row.split_once('`').map(|(name, _)| name.to_owned()))
        .collect()
}

/// The top-level names that follow `crate::` in a source text, in groups and alone.
fn imports(source: &str) -> Vec<String> {
    // Documentation may point anywhere.
    let code: Vec<&str> = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let source = code.join("\n");
    let mut names = Vec::new();
    for (position, _) in source.match_indices("crate::") {
        let rest = &source[position + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => names.push(leading_name(rest)),
            Some(group) => {
                let mut depth = 0;
                let mut item_start = 0;
                for (offset, character) in group.char_indices() {
                    match character {
                        '{' => depth += 1,
                        '}' | ',' if depth == 0 => {
                            names.push(leading_name(group[item_start..offset].trim()));
                            item_start = offset + 1;
                            if character == '}' {
                                break;
                            }
                        }
                        '}' => depth -= 1,
                        _ => {}
                    }
                }
            }
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn leading_name(text: &str) -> String {
    text.chars()
        .take_while(|character| character.is_ascii_alphanumeric() || *character == '_')
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn modules_import_only_what_stands_above_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let library = fs::read_to_string(root.join("lib.rs")).unwrap();
    let modules = table(&library);
    for declared in library.lines().filter_map(|line| line.strip_prefix("pub mod ")) {
        let name = declared.trim_end_matches(';').to_owned();
        assert!(
            modules.contains(&name),
            "{name} is missing from the table of src/lib.rs"
        );
    }
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (position, module) in modules.iter().enumerate() {
        let mut files = Vec::new();
        sources(&root.join(module), &mut files);
        for (file, text) in files {
            for import in imports(&text) {
                checked += 1;
                if modules
                    .iter()
                    .position(|name| *name == import)
                    .is_none_or(|other| other > position)
                {
                    wrong.push(format!("{file} imports {import}"));
                }
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
fn only_the_engine_uses_threads_and_only_random_builds_generators() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    for (file, text) in files {
        let module = file
            .strip_prefix(&root.display().to_string())
            .unwrap()
            .trim_start_matches(['/', '\\']);
        assert!(
            !text.contains("rayon::") || module.starts_with("engine"),
            "{module} uses rayon"
        );
        assert!(
            !text.contains("rand_xoshiro::") || module.starts_with("random"),
            "{module} builds a generator"
        );
    }
}

#[test]
fn imports_are_read_in_groups_and_alone() {
    let source = "use crate::{\n    base::{Economy, Year},\n    stats::Moments,\n};\nfn f(x: crate::random::Stream) {}\nuse crate::model;";
    assert_eq!(imports(source), ["base", "stats", "random", "model"]);
}
