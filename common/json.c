/*
 * JSON, written and read by hand. Pure. Never reads past the length it was
 * given; takes nothing that the RFC does not.
 */
#include "common/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/glyph.h"
#include "common/lang.h"

struct json
json_begin(char *dst, size_t size)
{
	struct json j = { .dst = dst, .size = size };

	return j;
}

static void
put(struct json *j, const char *bytes, size_t len)
{
	if (j->failed || len >= j->size - j->len) {
		j->failed = true;
		return;
	}
	memcpy(j->dst + j->len, bytes, len);
	j->len += len;
}

static void
put_string(struct json *j, const char *s)
{
	put(j, s, strlen(s));
}

static void
put_char(struct json *j, const char *s, size_t n, int32_t c)
{
	static const char from[] = "\"\\\n\t\r\b\f", to[] = "\"\\ntrbf";
	char escaped[16] = "\\";
	const char *at;

	if (c == GLYPH_BAD)
		put_string(j, "\xef\xbf\xbd");
	else if (c > 0 && c < 0x80 && (at = strchr(from, (char)c)) != NULL) {
		escaped[1] = to[at - from];
		put(j, escaped, 2);
	} else if (c < ' ' || c == 0x7f) {
		snprintf(escaped, sizeof(escaped), "\\u%04x", (unsigned)c);
		put(j, escaped, 6);
	} else
		put(j, s, n);
}

static void
put_quoted(struct json *j, const char *s, size_t len)
{
	size_t pos, n;
	int32_t c;

	put(j, "\"", 1);
	for (pos = 0; pos < len; pos += n) {
		n = glyph_decode(s + pos, len - pos, &c);
		put_char(j, s + pos, n, c);
	}
	put(j, "\"", 1);
}

static void
put_name(struct json *j, const char *name)
{
	put(j, j->more ? "," : "{", 1);
	j->more = true;
	put_quoted(j, name, strlen(name));
	put(j, ":", 1);
}

void
json_text(struct json *j, const char *name, const char *text, size_t len)
{
	put_name(j, name);
	put_quoted(j, text, len);
}

void
json_number(struct json *j, const char *name, uint64_t number)
{
	char digits[24];

	put_name(j, name);
	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	put_string(j, digits);
}

void
json_true(struct json *j, const char *name)
{
	put_name(j, name);
	put_string(j, "true");
}

void
json_time(struct json *j, const char *name, int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	char day[32] = "", when[48];
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL)
		strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(when, sizeof(when), "%s.%03dZ", day, (int)(ms % 1000));
	json_text(j, name, when, strlen(when));
}

size_t
json_end(struct json *j)
{
	put_string(j, j->more ? "}\n" : "{}\n");
	if (j->failed)
		return 0;
	j->dst[j->len] = '\0';
	return j->len;
}

/*
 * Reading
 */

struct reader {
	const char	*at, *end;
};

static void
skip_blanks(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' ||
	    *r->at == '\n' || *r->at == '\r'))
		r->at++;
}

static bool
take(struct reader *r, char c)
{
	skip_blanks(r);
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

/* Four hexadecimal digits; -1: they are none. */
static int32_t
take_hex(struct reader *r)
{
	static const char digits[] = "0123456789abcdef";
	const char *at;
	int32_t c = 0;
	int i;

	if (r->end - r->at < 4)
		return -1;
	for (i = 0; i < 4; i++, r->at++) {
		at = *r->at == '\0' ? NULL : strchr(digits,
		    *r->at >= 'A' && *r->at <= 'F' ? *r->at | 0x20 : *r->at);
		if (at == NULL)
			return -1;
		c = c << 4 | (int32_t)(at - digits);
	}
	return c;
}

/* Behind "\u": one half of a pair is no character without the other. */
static int32_t
take_unicode(struct reader *r)
{
	int32_t c = take_hex(r), low;

	if (c < 0xd800 || c > 0xdfff)
		return c;
	if (c > 0xdbff || r->end - r->at < 6 || memcmp(r->at, "\\u", 2) != 0)
		return -1;
	r->at += 2;
	low = take_hex(r);
	if (low < 0xdc00 || low > 0xdfff)
		return -1;
	return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
}

/* Behind a backslash; -1: no escape, or a NUL, which no text has. */
static int32_t
take_escape(struct reader *r)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	int32_t c;

	if (r->at == r->end)
		return -1;
	if (*r->at == 'u') {
		r->at++;
		c = take_unicode(r);
		return c == 0 ? -1 : c;
	}
	at = *r->at == '\0' ? NULL : strchr(from, *r->at);
	r->at++;
	return at == NULL ? -1 : to[at - from];
}

/* A string into dst, which has room for what is left. */
static bool
take_string(struct reader *r, char *dst, size_t *len)
{
	int32_t c;
	size_t n;

	*len = 0;
	if (!take(r, '"'))
		return false;
	while (r->at < r->end && *r->at != '"') {
		n = glyph_decode(r->at, (size_t)(r->end - r->at), &c);
		if (c < ' ')	/* GLYPH_BAD, too */
			return false;
		r->at += n;
		if (c == '\\' && (c = take_escape(r)) == -1)
			return false;
		*len += (size_t)utf8proc_encode_char(c,
		    (utf8proc_uint8_t *)dst + *len);
	}
	return take(r, '"');
}

/* What an object says; text is dst, which has room for all of it. */
struct said {
	char	*dst;
	struct json_whom *whom;	/* NULL: that is not to be there */
	size_t	 len;
	bool	 has_text, has_whom;
};

static bool
is_called(const struct said *s, size_t len, const char *name)
{
	return len == strlen(name) && memcmp(s->dst + s->len, name, len) == 0;
}

/* Behind its name, of that length, which is behind the text. */
static const char *
read_member(struct said *s, struct reader *r, size_t name)
{
	bool text = is_called(s, name, "text") && !s->has_text;
	bool to = is_called(s, name, "to") && !s->has_whom;
	bool room = is_called(s, name, "room") && !s->has_whom;
	size_t len;
	char *whom;

	if (!text && ((!room && !to) || s->whom == NULL))
		return s->whom == NULL ? _("a member that is not \"text\"") :
		    _("a member that is neither \"text\" nor \"room\"");
	if (!take(r, ':'))
		return _("not JSON");
	skip_blanks(r);
	if (r->at < r->end && *r->at != '"')
		return text ? _("its \"text\" is no string") :
		    to ? _("its \"to\" is no string") :
		    _("its \"room\" is no string");
	if (!take_string(r, s->dst + s->len, &len))
		return _("not JSON");
	s->has_text |= text;
	s->has_whom |= room || to;
	if (text) {
		s->len = len;
		return NULL;
	}
	/* "": of a name that a script did not know. */
	if (len >= JSON_ROOM_BYTES || (to && len == 0))
		return to ? _("its \"to\" is nobody's name") :
		    _("its \"room\" is no room's name");
	whom = to ? s->whom->to : s->whom->room;
	memcpy(whom, s->dst + s->len, len);
	whom[len] = '\0';
	return NULL;
}

static const char *
read_said(struct said *s, struct reader *r)
{
	const char *why;
	size_t name;
	bool more;

	if (!take(r, '{'))
		return _("not an object");
	do {
		if (!take_string(r, s->dst + s->len, &name))
			return _("not JSON");
		if ((why = read_member(s, r, name)) != NULL)
			return why;
		more = take(r, ',');
		if (more && s->whom == NULL)
			return _("more than one member");
	} while (more);
	if (!take(r, '}'))
		return _("not JSON");
	skip_blanks(r);
	if (r->at != r->end)
		return _("more than one object");
	return s->has_text ? NULL : _("there is no \"text\" in it");
}

const char *
json_read_text(char *dst, size_t *dst_len, const char *src, size_t len)
{
	struct reader r = { src, src + len };
	struct said s = { .dst = dst };
	const char *why = read_said(&s, &r);

	*dst_len = s.len;
	return why;
}

const char *
json_read_said(char *dst, size_t *dst_len, struct json_whom *whom,
    const char *src, size_t len)
{
	struct reader r = { src, src + len };
	struct said s = { .dst = dst, .whom = whom };
	const char *why;

	memset(whom, 0, sizeof(*whom));
	why = read_said(&s, &r);
	*dst_len = s.len;
	return why;
}
