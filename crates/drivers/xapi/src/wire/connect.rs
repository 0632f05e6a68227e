use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme,
    StreamOwned,
};

use super::timed::{Timed, left, ran_out};
use super::{Endpoint, Fingerprint, XapiError};

/// Between two tries to reach a XAPI that is just starting; doubled each time.
const PAUSE: Duration = Duration::from_millis(100);
/// So often it is tried.
const TRIES: u32 = 4;

/// Bytes to XAPI and back.
pub(crate) trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// Connects, and knows by then that it is the right server.
pub(crate) fn connect(endpoint: &Endpoint, until: Instant) -> Result<Box<dyn Wire>, XapiError> {
    let unreachable = |source| XapiError::Unreachable {
        endpoint: endpoint.to_string(),
        source,
    };
    match endpoint {
        Endpoint::Socket(path) => {
            let socket = persist(until, || UnixStream::connect(path)).map_err(unreachable)?;
            Ok(Box::new(Timed::new(socket, until)))
        }
        Endpoint::Https { host, port, pin } => {
            let socket = persist(until, || dial(host, *port, until)).map_err(unreachable)?;
            socket.set_nodelay(true).map_err(unreachable)?;
            secure(Timed::new(socket, until), endpoint, host, *pin)
        }
    }
}

/// Nothing has been said yet, so trying again does no harm.
fn persist<T>(until: Instant, mut connect: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let mut pause = PAUSE;
    for _ in 1..TRIES {
        match connect() {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                thread::sleep(pause.min(left(until)?));
                pause *= 2;
            }
            done => return done,
        }
    }
    connect()
}

fn dial(host: &str, port: u16, until: Instant) -> io::Result<TcpStream> {
    let mut last = io::Error::new(ErrorKind::NotFound, "the name has no address");
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, left(until)?) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn secure(
    mut socket: Timed<TcpStream>,
    endpoint: &Endpoint,
    host: &str,
    wanted: Fingerprint,
) -> Result<Box<dyn Wire>, XapiError> {
    let provider = Arc::new(crypto::ring::default_provider());
    let pinned = Arc::new(Pinned {
        wanted,
        shown: Mutex::new(None),
        provider: Arc::clone(&provider),
    });
    let tls = |source| XapiError::Tls {
        endpoint: endpoint.to_string(),
        source,
    };
    let verifier: Arc<dyn ServerCertVerifier> = Arc::clone(&pinned) as _;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(tls)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    // The name is a word of greeting; the pin is what counts.
    let name = ServerName::try_from(host.to_owned())
        .or_else(|_| ServerName::try_from("xapi"))
        .map_err(|error| tls(rustls::Error::General(error.to_string())))?;
    let mut tls_session = ClientConnection::new(Arc::new(config), name).map_err(tls)?;
    while tls_session.is_handshaking() {
        tls_session
            .complete_io(&mut socket)
            .map_err(|error| pinned.why(endpoint, error))?;
    }
    Ok(Box::new(StreamOwned::new(tls_session, socket)))
}

/// Takes a certificate by its fingerprint and nothing else: neither its name nor its time nor who signed
/// it. That the server holds its key is checked as ever.
#[derive(Debug)]
struct Pinned {
    wanted: Fingerprint,
    shown: Mutex<Option<Fingerprint>>,
    provider: Arc<CryptoProvider>,
}

impl Pinned {
    /// Why there is no TLS.
    fn why(&self, endpoint: &Endpoint, error: io::Error) -> XapiError {
        let endpoint = endpoint.to_string();
        let shown = self.shown.lock().map_or(None, |shown| *shown);
        if let Some(found) = shown.filter(|found| *found != self.wanted) {
            return XapiError::Stranger {
                endpoint,
                found,
                wanted: self.wanted,
            };
        }
        if ran_out(&error) {
            let source = io::Error::new(ErrorKind::TimedOut, "it does not answer in time");
            return XapiError::Unreachable { endpoint, source };
        }
        match error.downcast::<rustls::Error>() {
            Ok(source) => XapiError::Tls { endpoint, source },
            Err(source) => XapiError::Unreachable { endpoint, source },
        }
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let found = Fingerprint::of(end_entity);
        if let Ok(mut shown) = self.shown.lock() {
            *shown = Some(found);
        }
        if found == self.wanted {
            return Ok(ServerCertVerified::assertion());
        }
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
