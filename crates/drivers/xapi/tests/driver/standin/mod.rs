//! A stand-in for XAPI: no XenServer can be had in a test. It speaks JSON-RPC over TLS or a socket, holds
//! the records of a small pool, and checks every call against what is published (`datamodel.json`). What
//! a VIF's frames meet, it does not know.

pub(crate) mod certificate;
pub(crate) mod datamodel;
pub(crate) mod pool;
mod serve;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::{env, fs, process};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use self::certificate::Certificate;
use self::pool::Pool;
use vifguard_xapi::{Endpoint, Options};

/// The user and the password that it knows.
pub(crate) const USER: &str = "operator";
pub(crate) const PASSWORD: &str = "a password with spaces";

/// The pool, and whoever waits for it to change.
pub(crate) struct Shared {
    pub(crate) pool: Mutex<Pool>,
    pub(crate) changed: Condvar,
    stop: AtomicBool,
}

/// A server on a port of its own, gone when this goes.
pub(crate) struct StandIn {
    pub(crate) shared: Arc<Shared>,
    pub(crate) certificate: Certificate,
    address: SocketAddr,
    folder: PathBuf,
    threads: Vec<JoinHandle<()>>,
}

impl StandIn {
    pub(crate) fn start(pool: Pool) -> StandIn {
        let certificate = Certificate::new();
        let shared = Arc::new(Shared {
            pool: Mutex::new(pool),
            changed: Condvar::new(),
            stop: AtomicBool::new(false),
        });
        let folder = folder();
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let unix = UnixListener::bind(folder.join("xapi")).unwrap();
        let address = tcp.local_addr().unwrap();
        let config = Arc::new(certificate.server());
        let threads = vec![
            accept(&shared, move || tcp.accept().unwrap().0, {
                move |socket, shared| over_tls(socket, &config, shared)
            }),
            accept(
                &shared,
                move || unix.accept().unwrap().0,
                |mut socket, shared| {
                    serve::serve(&mut socket, shared, true);
                },
            ),
        ];
        StandIn {
            shared,
            certificate,
            address,
            folder,
            threads,
        }
    }

    /// What a client is told to reach it over TLS.
    pub(crate) fn options(&self) -> Options {
        let text = format!("{USER}\n{PASSWORD}\n");
        Options {
            endpoint: Endpoint::Https {
                host: "127.0.0.1".to_owned(),
                port: self.address.port(),
                pin: self.certificate.fingerprint(),
            },
            credentials: Some(self.file("credentials", &text, 0o600)),
            host: Some(pool::HERE_UUID.to_owned()),
            ..Options::default()
        }
    }

    /// The same over the socket.
    pub(crate) fn local(&self) -> Options {
        Options {
            endpoint: Endpoint::Socket(self.folder.join("xapi")),
            host: Some(pool::HERE_UUID.to_owned()),
            ..Options::default()
        }
    }

    pub(crate) fn file(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.folder.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    pub(crate) fn pool(&self) -> MutexGuard<'_, Pool> {
        self.shared.pool.lock().unwrap()
    }

    /// Somebody else changes something.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Pool)) {
        change(&mut self.pool());
        self.shared.changed.notify_all();
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        self.shared.changed.notify_all();
        // Whoever waits for a connection gets one, and sees that it is over.
        drop(TcpStream::connect(self.address));
        drop(UnixStream::connect(self.folder.join("xapi")));
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        let _ = fs::remove_dir_all(&self.folder);
        let against = self.pool().against_the_data_model.clone();
        if !thread::panicking() {
            assert!(against.is_empty(), "against the data model: {against:#?}");
        }
    }
}

fn accept<S: Send + 'static>(
    shared: &Arc<Shared>,
    next: impl Fn() -> S + Send + 'static,
    serve: impl Fn(S, &Shared) + Send + Sync + 'static,
) -> JoinHandle<()> {
    let shared = Arc::clone(shared);
    let serve = Arc::new(serve);
    thread::spawn(move || {
        loop {
            let socket = next();
            if shared.stop.load(Ordering::SeqCst) {
                return;
            }
            let (shared, serve) = (Arc::clone(&shared), Arc::clone(&serve));
            thread::spawn(move || serve(socket, &shared));
        }
    })
}

fn over_tls(socket: TcpStream, config: &Arc<ServerConfig>, shared: &Shared) {
    let tls = ServerConnection::new(Arc::clone(config)).unwrap();
    serve::serve(&mut StreamOwned::new(tls, socket), shared, false);
}

/// Short: the path of a socket is not longer than 107 bytes.
fn folder() -> PathBuf {
    use std::sync::atomic::AtomicU32;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::SeqCst);
    let folder = Path::new(&env::temp_dir()).join(format!("vg-xapi-{}-{next}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}
