#include "proxies.h"

#include <arpa/inet.h>
#include <string.h>

/* IPv6 as it is, IPv4 mapped.  @param family  receives AF_INET or AF_INET6. */
static bool read_address(struct jw_str text, unsigned char out[16], int *family)
{
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    char word[JW_ADDRESS_BYTES];
    if (!text.p || text.n == 0 || text.n >= sizeof word || memchr(text.p, '\0', text.n)) {
        return false;
    }
    memcpy(word, text.p, text.n);
    word[text.n] = '\0';
    memcpy(out, mapped, sizeof mapped);
    *family = AF_INET;
    if (inet_pton(AF_INET, word, out + sizeof mapped) == 1) {
        return true;
    }
    *family = AF_INET6;
    return inet_pton(AF_INET6, word, out) == 1;
}

static bool read_network(struct jw_str text, struct jw_network *out)
{
    const char *slash = text.n ? memchr(text.p, '/', text.n) : NULL;
    size_t n = slash ? (size_t)(slash - text.p) : text.n;
    int family = AF_INET;
    if (!read_address(jw_str_slice(text, 0, n), out->address, &family)) {
        return false;
    }
    unsigned long long bits = family == AF_INET ? 32 : 128;
    if (slash && !jw_str_to_u64(jw_str_slice(text, n + 1, text.n), bits, &bits)) {
        return false;
    }
    out->bits = (unsigned)bits + (family == AF_INET ? 96 : 0);
    return true;
}

enum jw_status jw_proxies_parse(struct jw_str text, struct jw_proxies *out,
                                struct jw_error *err)
{
    memset(out, 0, sizeof *out);
    while (text.n) {
        const char *comma = memchr(text.p, ',', text.n);
        size_t n = comma ? (size_t)(comma - text.p) : text.n;
        struct jw_str word = jw_str_trim(jw_str_slice(text, 0, n));
        text = jw_str_slice(text, n + 1, text.n);
        if (jw_str_eq_c(word, "unix")) {
            out->unix_socket = true;
        } else if (out->n < JW_PROXIES_MAX &&
                   read_network(word, &out->networks[out->n])) {
            out->n++;
        } else {
            return jw_fail(err, JW_EINVAL,
                           "trusted_proxies: %.*s: must be an address, a network "
                           "(10.0.0.0/8) or unix; at most %d",
                           (int)word.n, word.p, JW_PROXIES_MAX);
        }
    }
    return JW_OK;
}

static bool is_inside(const unsigned char address[16], const struct jw_network *network)
{
    size_t whole = network->bits / 8;
    unsigned rest = network->bits % 8;
    if (memcmp(address, network->address, whole) != 0) {
        return false;
    }
    unsigned differs =
        rest ? (unsigned)(address[whole] ^ network->address[whole]) >> (8 - rest) : 0;
    return differs == 0;
}

static bool trusts(const struct jw_proxies *proxies, const unsigned char address[16])
{
    for (size_t i = 0; i < proxies->n; i++) {
        if (is_inside(address, &proxies->networks[i])) {
            return true;
        }
    }
    return false;
}

bool jw_proxies_trust(const struct jw_proxies *proxies, struct jw_str address)
{
    unsigned char bytes[16];
    int family = AF_INET;
    if (jw_str_eq_c(address, "unix")) {
        return proxies->unix_socket;
    }
    return read_address(address, bytes, &family) && trusts(proxies, bytes);
}

void jw_proxies_client(const struct jw_proxies *proxies, struct jw_str peer,
                       struct jw_str forwarded, char out[JW_ADDRESS_BYTES])
{
    peer = jw_str_slice(peer, 0, JW_ADDRESS_BYTES - 1);
    memcpy(out, peer.p ? peer.p : "", peer.n);
    out[peer.n] = '\0';
    bool trusted = forwarded.n && jw_proxies_trust(proxies, peer);
    while (trusted && forwarded.n) {
        size_t from = forwarded.n;
        while (from > 0 && forwarded.p[from - 1] != ',') {
            from--;
        }
        struct jw_str word = jw_str_trim(jw_str_slice(forwarded, from, forwarded.n));
        unsigned char bytes[16];
        int family = AF_INET;
        /* An address that cannot be read was not written by a proxy of ours. */
        if (!read_address(word, bytes, &family) ||
            !inet_ntop(family, family == AF_INET ? bytes + 12 : bytes, out,
                       JW_ADDRESS_BYTES)) {
            return;
        }
        trusted = trusts(proxies, bytes);
        forwarded = jw_str_slice(forwarded, 0, from ? from - 1 : 0);
    }
}
