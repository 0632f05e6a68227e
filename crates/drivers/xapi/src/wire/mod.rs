//! How XAPI is spoken to: JSON-RPC 2.0 in HTTP, over TLS or over the host's own socket.
//!
//! Each call has a connection of its own and a time by which all of it must be over. A library for HTTP
//! would bring an asynchronous runtime or a pool of connections; what is needed is one request and one
//! answer of known length.

mod connect;
mod credentials;
mod endpoint;
mod error;
mod fingerprint;
mod http;
mod rpc;
mod session;
mod timed;

pub(crate) use credentials::Credentials;
pub use endpoint::Endpoint;
pub use error::XapiError;
pub use fingerprint::Fingerprint;
pub(crate) use rpc::Client;
pub(crate) use session::Session;
