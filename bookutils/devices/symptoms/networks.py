"""Causes that lie with what is fetched and where it is put: the network, certificates, the disk, files watched."""

from __future__ import annotations

from functools import partial

from bookutils.core.messages import _
from bookutils.devices.symptoms.rules import Symptom, symptom

_symptom = partial(symptom, subject="packages")

# pip tried again, and went on.
_RETRIED = (
    r"Retrying \(Retry\(total=[1-9](?![^\n]{0,2000}\n[^\n]{0,200}Retrying)"
    r"(?=[\s\S]{0,2000}?(?:Downloading |Successfully |Using cached |Requirement already satisfied|Installing ))"
    r"(?![\s\S]{0,20000}?(?:total=0\b|No matching distribution|Could not find a version|Could not (?:fetch|install)|"
    r"Max retries exceeded|urlopen error|^socket\.timeout:|"
    r"^(?:\w{1,40}\.){0,9}(?:Read|Connect|Connection|MaxRetry|Proxy|SSL|Timeout)\w{0,20}:))"
)

NETWORKS: tuple[Symptom, ...] = (
    _symptom(
        "watch-limit",
        (r"inotify instance limit reached", r"inotify_init[^\n]{0,80}Too many open files"),
        _("The system lets no more programs watch files at a time than a set number, and it is reached."),
        _("Type: sudo sysctl fs.inotify.max_user_instances=1024"),
    ),
    _symptom(
        "watch-limit",
        (
            r"inotify watch limit reached",
            r"System limit for number of file watchers reached",
            r"inotify[^\n]{0,300}(?:No space left on device|ENOSPC|errno 28)",
            r"No space left on device[^\n]{0,200}inotify",
            r"(?:cannot|unable to|failed to) (?:add )?(?:a )?watch\b[^\n]{0,300}(?:No space left|ENOSPC|errno 28)",
            r"watch directory: [^\n]{0,300}no space left",
        ),
        _("The system watches no more files than a set number, and it is reached. No disk is full."),
        _("Type: sudo sysctl fs.inotify.max_user_watches=524288"),
        unless=("watch-limit",),
    ),
    _symptom(
        "shared-memory-full",
        (r"No space left on device[^\n]{0,80}/(?:dev/shm|psm_)", r"/dev/shm[^\n]{0,80}No space left on device"),
        _("The memory that processes share (/dev/shm) is full; containers get 64 MB of it."),
        _("Start the container with: docker run --shm-size=1g ..."),
    ),
    _symptom(
        "disk-full",
        (r"No space left on device", r"\[Errno 122\] Disk quota exceeded", r"Disk quota exceeded"),
        _("A disk is full, or your share of it."),
        _("Free some space, or set BOOKUTILS_CACHE_DIR and TFHUB_CACHE_DIR to folders on another disk."),
        against=(r"inotify", r"/sys/fs/cgroup[^\n]{0,200}No space left"),
        unless=("watch-limit", "shared-memory-full"),
    ),
    _symptom(
        "certificate-refused",
        (r"certificate verify failed: certificate (?:has expired|is not yet valid)",),
        _("The server's certificate is out of date, or the clock of this machine is wrong."),
        _("Set the clock right; where it is, the server's owner has to renew it: take another address, or wait."),
    ),
    _symptom(
        "certificate-refused",
        (r"certificate verify failed: (?:Hostname|IP address) mismatch",),
        _("The server's certificate belongs to another name: the address is wrong, or a proxy answers in its place."),
        _("Open the address in a browser: log in where it asks for that, and behind a proxy set HTTPS_PROXY."),
        unless=("certificate-refused",),
    ),
    _symptom(
        "certificate-refused",
        (r"Problem with the SSL CA cert \(path\? access rights\?\)", r"error setting certificate verify locations"),
        _("The file with the root certificates, which TensorFlow's downloads from gs:// want, is not where they look "
          "for it."),
        _("Set CURL_CA_BUNDLE to such a file; python -m certifi names one. On Debian and Ubuntu install "
          "ca-certificates."),
        unless=("certificate-refused",),
        detail=r"CAfile: ([\w./-]{3,200})",
        detail_says=_("It looked for {detail}."),
    ),
    _symptom(
        "certificate-refused",
        (r"Connecting to (?!localhost)[\w.-]{1,80}\|(?:127\.0\.0\.1|::1)\|[\s\S]{0,300}?"
         r"ERROR: cannot verify [\w.-]{1,80}'s certificate",),
        _("The server's name leads to this machine itself, where another program answered with a certificate of its "
          "own."),
        _("End that program (puma-dev is such a one), or take the name out of /etc/hosts, and start again."),
        unless=("certificate-refused",),
        detail=r"certificate, issued by '([^'\n]{2,200})'",
        detail_says=_("It was issued by {detail}."),
    ),
    _symptom(
        "certificate-refused",
        (r"ERROR: cannot verify [\w.-]{1,80}'s certificate, issued by",),
        _("The server's certificate was not accepted: this machine's root certificates are old, or a program or a "
          "proxy on the way puts a certificate of its own in between."),
        _("Where the issuer is no public authority, switch that program off, or give its certificate to the system; "
          "else update ca-certificates."),
        unless=("certificate-refused",),
        detail=r"certificate, issued by '([^'\n]{2,200})'",
        detail_says=_("It was issued by {detail}."),
    ),
    _symptom(
        "certificate-refused",
        (r"CERTIFICATE_VERIFY_FAILED", r"certificate verify failed", r"SSLCertVerificationError"),
        _("The server's certificate was not accepted: this Python lacks the root certificates, or a proxy puts a "
          "certificate of its own in between."),
        _("Behind a proxy set SSL_CERT_FILE to the file with its certificate; on macOS run Install "
          "Certificates.command in Python's folder."),
        unless=("certificate-refused",),
        detail=r"certificate verify failed: ([^(\n]{3,80}[^(\s])",
        detail_says=_("The log says: {detail}."),
    ),
    _symptom(
        "no-network",
        (r"SSL: WRONG_VERSION_NUMBER",),
        _("What answered did not encrypt, though it was asked to: mostly a proxy whose address in HTTPS_PROXY begins "
          "with https:// in place of http://."),
        _("Set HTTPS_PROXY to http://NAME:PORT, or unset it where there is no proxy, and start again."),
        unless=("certificate-refused",),
    ),
    _symptom(
        "no-network",
        (
            r"Temporary failure in name resolution",
            r"getaddrinfo failed",
            r"Name or service not known",
            r"nodename nor servname provided",
            r"Failed to resolve '[\w.-]{3,80}'",
            r"Network is unreachable",
            r"No address associated with hostname",
            r"urlopen error \[Errno (?:-\d{1,2}|8|11001)\]",
            r"urlopen error (?:timed out|_ssl\.c:\d+: The handshake operation timed out)",
            r"URL fetch failure on https?://[^\n]{1,300} None -- ",
            r"Cannot connect to proxy",
            r"ReadTimeoutError[^\n]{0,200}timed out",
            r"ConnectTimeoutError[^\n]{0,200}timed out",
            r"^(?:socket\.timeout|TimeoutError): The read operation timed out",
        ),
        _("The server was not reached, or answered too slowly: no network, no name for it, or a proxy that is "
          "not set."),
        _("Try the address in a browser; behind a proxy set HTTPS_PROXY, and start again."),
        against=(_RETRIED,),
        unless=("certificate-refused", "no-network"),
    ),
    _symptom(
        "no-network",
        (
            r"urlopen error \[Errno (?:5\d|6[0-5]|10[0-4]|11[0-3])\]",
            r"urlopen error \[WinError 10\d{3}\]",
            r"\[WinError 100(?:5[0-9]|6[0-5])\]",
        ),
        _("The server was not reached, or broke off: no network, a firewall, or a proxy that is not set."),
        _("Try the address in a browser; behind a proxy set HTTPS_PROXY, and start again."),
        against=(_RETRIED, r"(?:localhost|127\.0\.0\.1):(?!8080/#|8888)\d"),  # a program of one's own does not run
        unless=("certificate-refused", "no-network"),
    ),
    _symptom(
        "hub-address-refused",
        (r"HTTP Error (?:40[0134]|410): ",),
        _("The server of TensorFlow Hub has no module at that address, or does not give it out."),
        _("Open the address in a browser, and take the one that the model's page on kaggle.com/models names."),
        context=(r"tensorflow_hub[/\\]\w*(?:resolver|registry|module)|tfhub\.dev|storage\.googleapis\.com/tfhub",),
    ),
)  # fmt: skip
