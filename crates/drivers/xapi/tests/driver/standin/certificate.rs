//! A certificate that signs itself, made anew for each server, as those of a pool are. In DER, by hand:
//! it has a dozen fields.

use rustls::ServerConfig;
use rustls::crypto;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use vifguard_xapi::Fingerprint;

pub(crate) struct Certificate {
    der: Vec<u8>,
    key: Vec<u8>,
}

impl Certificate {
    pub(crate) fn new() -> Certificate {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).unwrap();
        // ecdsa-with-SHA256; ecPublicKey on prime256v1; commonName.
        let signed_by = der(0x30, &[&[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]]);
        let kind = der(
            0x30,
            &[
                &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1],
                &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
            ],
        );
        let point = der(3, &[&[0], pair.public_key().as_ref()]);
        let common = der(0x30, &[&[6, 3, 0x55, 4, 3], &der(0x0c, &[b"xapi"])]);
        let name = der(0x30, &[&der(0x31, &[&common])]);
        let times = der(
            0x30,
            &[
                &der(0x17, &[b"200101000000Z"]),
                &der(0x17, &[b"210101000000Z"]),
            ],
        );
        let body = der(
            0x30,
            &[
                &[0xa0, 3, 2, 1, 2],
                &[2, 1, 1],
                &signed_by,
                &name,
                // Long over: the pin is what counts.
                &times,
                &name,
                &der(0x30, &[&kind, &point]),
            ],
        );
        let signature = pair.sign(&random, &body).unwrap();
        let signature = der(3, &[&[0], signature.as_ref()]);
        Certificate {
            der: der(0x30, &[&body, &signed_by, &signature]),
            key: key.as_ref().to_vec(),
        }
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.der)
    }

    pub(crate) fn server(&self) -> ServerConfig {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.clone()));
        ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(self.der.clone())], key)
            .unwrap()
    }
}

/// Tag, length, value.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let length = u16::try_from(value.len()).unwrap().to_be_bytes();
    let mut out = vec![tag];
    match length {
        [0, short] if short < 0x80 => out.push(short),
        [0, byte] => out.extend([0x81, byte]),
        both => {
            out.push(0x82);
            out.extend(both);
        }
    }
    out.extend(value);
    out
}
