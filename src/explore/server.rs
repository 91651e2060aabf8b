//! The server: a page, what can be moved, answers, a file to keep.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin as Pinned,
    sync::{Arc, Mutex, PoisonError, mpsc},
    task::{Context, Poll},
    thread::JoinHandle,
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, Request, State as Shared},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, mpsc as channel, oneshot},
};

use super::{
    answer::{Answer, Explorer, STAGES},
    connection::{Secret, is_own, protect},
    state::State,
};
use crate::{base::Diagnostics, engine::Progress, report::page::explorer_page};

/// The largest request, in bytes.
const MOST_BYTES: usize = 256 << 10;
/// The most requests at a time.
const MOST_REQUESTS: usize = 32;
/// The most connections at a time; one more waits until another ends.
const MOST_CONNECTIONS: usize = 64;
/// How long a connection may be silent between requests, or take for the head of one.
const SILENCE: Duration = Duration::from_secs(30);
/// How long to wait before the next connection if the system has no room for one.
const NO_ROOM: Duration = Duration::from_millis(500);
/// The most tabs that are remembered.
const MOST_TABS: usize = 32;
/// Answers that wait for a slow reader.
const WAITING: usize = 2;
/// How long the end waits for work under way.
const PATIENCE: Duration = Duration::from_secs(2);

/// How to serve.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerOptions {
    /// The port; 0 for one that is free.
    pub port: u16,
    /// Whether pages of this machine may show the page in a frame, as notebooks do.
    pub framed: bool,
}

/// A server that runs; it stops when this is dropped.
#[derive(Debug)]
pub struct Running {
    port: u16,
    secret: Secret,
    shared: Arc<Everything>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// The address of the page. Who knows it can see the scenario.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.secret.text())
    }

    /// An address that leads to the page once: what stands in the list of processes when a browser is started helps nobody.
    pub fn address_once(&self) -> io::Result<String> {
        let once = Secret::new()?;
        let address = format!("http://127.0.0.1:{}/once/{}", self.port, once.text());
        *lock(&self.shared.once) = Some(once);
        Ok(address)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many requests are being answered.
    pub fn requests(&self) -> usize {
        MOST_REQUESTS - self.shared.places.available_permits()
    }

    /// Stops the work under way and ends.
    pub fn stop(&mut self) {
        for (_, progress) in std::mem::take(&mut *lock(&self.shared.tabs)) {
            progress.stop();
        }
        if let Some(stop) = self.stop.take() {
            // A server that has ended hears nothing.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What requests share.
#[derive(Debug)]
struct Everything {
    explorer: Arc<Explorer>,
    port: u16,
    secret: Secret,
    once: Mutex<Option<Secret>>,
    page: String,
    policy: String,
    controls: String,
    /// What each tab is being answered.
    tabs: Mutex<BTreeMap<String, Arc<Progress>>>,
    /// One state is evaluated at a time, on all processors.
    turn: Mutex<()>,
    places: Semaphore,
}

/// Serves an explorer, to this machine alone.
///
/// # Errors
/// If the port is taken, or the system gives no socket, no thread or no random number.
pub fn serve(explorer: Arc<Explorer>, options: ServerOptions) -> io::Result<Running> {
    let secret = Secret::new()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads(MOST_REQUESTS)
        .build()?;
    let sockets = runtime.block_on(bind(options.port))?;
    let port = sockets[0].local_addr()?.port();
    let controls = explorer
        .controls()
        .map_err(|errors| io::Error::other(errors.to_string()))?;
    let (page, mut policy) = explorer_page(&controls.title);
    policy.push_str(match options.framed {
        // Notebooks show it in a frame: in a browser, and in editors.
        true => "; frame-ancestors http://localhost:* http://127.0.0.1:* https://localhost:* vscode-webview:",
        false => "; frame-ancestors 'none'",
    });
    let start = serde_json::to_value(explorer.start()).map_err(io::Error::other)?;
    let mut controls = serde_json::to_value(&controls).map_err(io::Error::other)?;
    controls["start"] = start;
    controls["paths"] = json!(STAGES);
    let shared = Arc::new(Everything {
        explorer,
        port,
        secret: secret.clone(),
        once: Mutex::new(None),
        page,
        policy,
        controls: controls.to_string(),
        tabs: Mutex::default(),
        turn: Mutex::new(()),
        places: Semaphore::new(MOST_REQUESTS),
    });
    let router = router(Arc::clone(&shared));
    let (stop, stopped) = oneshot::channel();
    let (ready, is_ready) = mpsc::channel();
    let thread = std::thread::Builder::new()
        .name("explorer".to_owned())
        .spawn(move || {
            runtime.block_on(async move {
                let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
                for socket in sockets {
                    tokio::spawn(accept(socket, router.clone(), Arc::clone(&places)));
                }
                let _ = ready.send(());
                let _ = stopped.await;
            });
            runtime.shutdown_timeout(PATIENCE);
        })?;
    is_ready.recv().map_err(io::Error::other)?;
    Ok(Running {
        port,
        secret,
        shared,
        stop: Some(stop),
        thread: Some(thread),
    })
}

/// The sockets of both loopback addresses; of the second only if the machine has it.
async fn bind(port: u16) -> io::Result<Vec<TcpListener>> {
    let first = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let own = first.local_addr()?.port();
    match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, own))).await {
        Ok(second) => Ok(vec![first, second]),
        // The port was asked for, and is another's there.
        Err(error) if port != 0 && error.kind() == io::ErrorKind::AddrInUse => Err(error),
        Err(_) => Ok(vec![first]),
    }
}

/// Takes connections, as many as there are places, for ever.
async fn accept(socket: TcpListener, router: Router, places: Arc<Semaphore>) {
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let Ok((stream, _)) = socket.accept().await else {
            // A connection that was given up before it began, or too many open files: another may fare better.
            tokio::time::sleep(NO_ROOM).await;
            continue;
        };
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(SILENCE)
                .serve_connection(TokioIo::new(stream), service)
                .await;
            // What a visitor breaks off concerns nobody else.
            drop(served);
            drop(place);
        });
    }
}

fn router(shared: Arc<Everything>) -> Router {
    Router::new()
        .route("/once/{once}", get(once))
        .route("/{secret}/", get(page))
        .route("/{secret}/controls", get(controls))
        .route("/{secret}/answer", post(answer))
        .route("/{secret}/scenario", post(scenario))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), guard))
        .with_state(shared)
}

/// Lets in who may speak, as many as there is room for.
async fn guard(Shared(shared): Shared<Arc<Everything>>, request: Request, next: Next) -> Response {
    let mut response = if !is_own(request.method(), request.headers(), shared.port) {
        StatusCode::FORBIDDEN.into_response()
    } else if !may_enter(&shared, request.uri().path()) {
        StatusCode::NOT_FOUND.into_response()
    } else {
        next.run(request).await
    };
    let html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == HTML);
    protect(response.headers_mut(), html.then_some(shared.policy.as_str()));
    response
}

fn may_enter(shared: &Everything, path: &str) -> bool {
    let first = path.split('/').nth(1).unwrap_or("");
    first == "once" || shared.secret.is(first)
}

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";
const LINES: &str = "application/x-ndjson";

fn sent(kind: &'static str, body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, kind)], body.into()).into_response()
}

/// Leads to the page, once.
async fn once(Shared(shared): Shared<Arc<Everything>>, Path(text): Path<String>) -> Response {
    let mut waiting = lock(&shared.once);
    if waiting.as_ref().is_some_and(|once| once.is(&text)) {
        *waiting = None;
        let address = format!("/{}/", shared.secret.text());
        return (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response();
    }
    StatusCode::NOT_FOUND.into_response()
}

async fn page(Shared(shared): Shared<Arc<Everything>>) -> Response {
    sent(HTML, shared.page.clone())
}

async fn controls(Shared(shared): Shared<Arc<Everything>>) -> Response {
    sent(JSON, shared.controls.clone())
}

/// What a tab asks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// A name of the tab: what it asks later replaces what it asked before.
    tab: String,
    state: State,
}

fn asked(body: &[u8]) -> Result<Asked, Box<Response>> {
    let wrong = |message: String| Box::new((StatusCode::BAD_REQUEST, message).into_response());
    let asked: Asked =
        serde_json::from_slice(body).map_err(|error| wrong(format!("not a request: {error}")))?;
    if asked.tab.len() > 64 {
        return Err(wrong("the name of the tab is longer than 64 bytes".to_owned()));
    }
    Ok(asked)
}

fn refusal(errors: &Diagnostics) -> Value {
    let errors: Vec<Value> = errors
        .iter()
        .map(|error| json!({ "message": error.message, "label": error.label, "help": error.help }))
        .collect();
    json!({ "kind": "refused", "errors": errors })
}

/// Answers a state, in lines: few futures first, then more. What the tab asked before ends.
async fn answer(Shared(shared): Shared<Arc<Everything>>, body: Bytes) -> Response {
    let asked = match asked(&body) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    if shared.places.available_permits() == 0 {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let progress = Arc::new(Progress::default());
    if !shared.begin(asked.tab, &progress) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let (lines, reader) = channel::channel(WAITING);
    let stop_with_reader = StopWithReader {
        progress: Arc::clone(&progress),
        reader,
    };
    let everything = Arc::clone(&shared);
    tokio::task::spawn_blocking(move || {
        let Ok(_place) = everything.places.try_acquire() else {
            return;
        };
        let _turn = lock(&everything.turn);
        if progress.is_stopped() {
            return;
        }
        let send = |value: Value| lines.blocking_send(Bytes::from(format!("{value}\n"))).is_ok();
        let told = everything
            .explorer
            .answer(&asked.state, &progress, |answer| send(told(&answer)));
        if let Err(errors) = told {
            send(refusal(&errors));
        }
    });
    sent(LINES, Body::from_stream(stop_with_reader))
}

/// An answer as the page takes it.
fn told(answer: &Answer) -> Value {
    let fragments: Vec<Value> = answer
        .document
        .fragments()
        .into_iter()
        .map(|fragment| json!({ "id": fragment.id, "heading": fragment.heading, "html": fragment.html }))
        .collect();
    json!({
        "kind": "answer",
        "paths": answer.result.summary.paths,
        "last": answer.last,
        "command": answer.result.record.command,
        "option": answer.option,
        "fragments": fragments,
    })
}

impl Everything {
    /// Remembers what a tab is being answered; what it was answered before stops. False if there are too many tabs.
    fn begin(&self, tab: String, progress: &Arc<Progress>) -> bool {
        let mut tabs = lock(&self.tabs);
        if let Some(before) = tabs.insert(tab, Arc::clone(progress)) {
            before.stop();
        }
        if tabs.len() > MOST_TABS {
            // What is finished nobody else holds.
            tabs.retain(|_, progress| Arc::strong_count(progress) > 1);
        }
        tabs.len() <= MOST_TABS
    }
}

/// Lines for a reader; when the reader goes, the work stops.
struct StopWithReader {
    progress: Arc<Progress>,
    reader: channel::Receiver<Bytes>,
}

impl futures_core::Stream for StopWithReader {
    type Item = Result<Bytes, io::Error>;

    fn poll_next(mut self: Pinned<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.reader.poll_recv(context).map(|line| line.map(Ok))
    }
}

impl Drop for StopWithReader {
    fn drop(&mut self) {
        self.progress.stop();
    }
}

/// The state as a scenario file.
async fn scenario(Shared(shared): Shared<Arc<Everything>>, body: Bytes) -> Response {
    let asked = match asked(&body) {
        Ok(asked) => asked,
        Err(response) => return *response,
    };
    let saved = tokio::task::spawn_blocking(move || shared.explorer.save(&asked.state)).await;
    match saved {
        Ok(Ok(text)) => sent(JSON, json!({ "kind": "saved", "text": text }).to_string()),
        Ok(Err(errors)) => sent(JSON, refusal(&errors).to_string()),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
