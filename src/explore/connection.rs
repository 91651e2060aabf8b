//! Who may speak to the server: this machine alone, under the address that was given out, from the page itself.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};

/// The secret of an address, 128 random bits.
#[derive(Clone, Debug)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new() -> std::io::Result<Self> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Whether a text is it, in a time that does not tell how much of it is right.
    pub(super) fn is(&self, text: &str) -> bool {
        let pairs = self.0.bytes().zip(text.bytes());
        self.0.len() == text.len() && pairs.fold(0, |different, (own, other)| different | (own ^ other)) == 0
    }
}

/// Whether a request names this server, and comes from its page if it comes from a page: what another page or a name that was
/// made to point here sends is refused.
pub(super) fn is_own(method: &Method, headers: &HeaderMap, port: u16) -> bool {
    let one = |name: HeaderName| -> Option<&str> {
        let mut all = headers.get_all(name).iter();
        let first = all.next()?.to_str().ok()?;
        all.next().is_none().then_some(first)
    };
    let Some(host) = one(header::HOST) else {
        return false;
    };
    let known = ["127.0.0.1", "localhost", "[::1]"];
    if !known.iter().any(|name| host == format!("{name}:{port}")) {
        return false;
    }
    match (headers.contains_key(header::ORIGIN), one(header::ORIGIN)) {
        // A browser names the page with whatever it posts.
        (false, _) => method == Method::GET || method == Method::HEAD,
        (true, Some(origin)) => origin == format!("http://{host}"),
        (true, None) => false,
    }
}

/// Says with every answer that it is for this page, now.
pub(super) fn protect(headers: &mut HeaderMap, policy: Option<&str>) {
    let fixed = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = policy.unwrap_or("default-src 'none'; frame-ancestors 'none'");
    if let Ok(value) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_itself_is_answered() {
        let asked = |method: &Method, fields: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                headers.append(*name, HeaderValue::from_static(value));
            }
            is_own(method, &headers, 8000)
        };
        let (get, post) = (&Method::GET, &Method::POST);
        for (right, method, fields) in [
            (true, get, &[("host", "127.0.0.1:8000")][..]),
            (true, get, &[("host", "[::1]:8000")]),
            (
                true,
                post,
                &[("host", "localhost:8000"), ("origin", "http://localhost:8000")],
            ),
            (false, post, &[("host", "127.0.0.1:8000")]),
            (false, get, &[]),
            (false, get, &[("host", "127.0.0.1")]),
            (false, get, &[("host", "127.0.0.1:8001")]),
            (false, get, &[("host", "example.com:8000")]),
            (
                false,
                get,
                &[("host", "127.0.0.1:8000"), ("host", "example.com:8000")],
            ),
            (
                false,
                post,
                &[("host", "127.0.0.1:8000"), ("origin", "http://example.com")],
            ),
            (
                false,
                post,
                &[("host", "127.0.0.1:8000"), ("origin", "http://localhost:8000")],
            ),
            (false, post, &[("host", "127.0.0.1:8000"), ("origin", "null")]),
        ] {
            assert_eq!(asked(method, fields), right, "{method} {fields:?}");
        }
    }

    #[test]
    fn a_secret_is_itself_alone() {
        let (one, other) = (Secret::new().unwrap(), Secret::new().unwrap());
        assert!(one.is(one.text()) && !one.is(other.text()));
        assert!(!one.is("") && !one.is(&one.text()[1..]) && one.text().len() == 32);
    }
}
