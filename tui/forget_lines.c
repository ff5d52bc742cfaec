/*
 * What the file of known hosts says without a server. Pure.
 */
#include "tui/forget.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "common/fingerprint.h"
#include "common/noise.h"

static const char psk_mark[] = "#passphrase ";

/* What follows the host and a blank; NULL: the line is not its. */
static const char *
behind_host(const char *line, size_t len, const char *host, size_t *rest)
{
	size_t n = strlen(host);

	if (len <= n || strncasecmp(line, host, n) != 0 || line[n] != ' ')
		return NULL;
	*rest = len - n - 1;
	return line + n + 1;
}

static void
note_key(struct forgotten *f, const char *text, size_t len)
{
	uint8_t key[NOISE_KEY];
	size_t n;

	if (sodium_base642bin(key, sizeof(key), text, len, NULL, &n, NULL,
	    sodium_base64_VARIANT_ORIGINAL) == 0 && n == sizeof(key))
		fingerprint_text(f->key, key);
}

static bool
is_forgotten(struct forgotten *f, const char *line, size_t len,
    const char *host)
{
	size_t mark = sizeof(psk_mark) - 1, rest;
	const char *key;

	if (len > mark && memcmp(line, psk_mark, mark) == 0) {
		if (behind_host(line + mark, len - mark, host, &rest) == NULL)
			return false;
		f->psk = true;
		return true;
	}
	if ((key = behind_host(line, len, host, &rest)) == NULL)
		return false;
	f->known = true;
	note_key(f, key, rest);
	return true;
}

size_t
forget_lines(char *dst, const char *text, size_t len, const char *host,
    struct forgotten *f)
{
	size_t pos, next, n = 0;
	const char *end;

	memset(f, 0, sizeof(*f));
	for (pos = 0; pos < len; pos = next) {
		end = memchr(text + pos, '\n', len - pos);
		next = end != NULL ? (size_t)(end - text) + 1 : len;
		if (is_forgotten(f, text + pos, next - pos - (end != NULL),
		    host))
			continue;
		memcpy(dst + n, text + pos, next - pos);
		n += next - pos;
	}
	return n;
}
