"""Prints a key and a certificate for localhost that it has signed itself, good for a day, as PEM."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
now = datetime.now(UTC)
certificate = (
    x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
    .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    .sign(key, hashes.SHA256())
)
pkcs8 = serialization.PrivateFormat.PKCS8
print(key.private_bytes(serialization.Encoding.PEM, pkcs8, serialization.NoEncryption()).decode())
print(certificate.public_bytes(serialization.Encoding.PEM).decode())
