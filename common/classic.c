/*
 * The classic text protocol, both halves. Owns the words that travel; knows
 * no socket, no room and no clock. Pure: the server's loop, the client's
 * receiver and the fuzzer call it alike.
 */
#include "common/classic.h"

#include <stdint.h>
#include <string.h>

#include "common/rule.h"
#include "common/wire.h"

/* What a notice says after the name and one space. */
static const char *const joined[] = {
	[CLASSIC_EN] = "entered the chat room",
	[CLASSIC_ZH] = "进入了聊天室"
};
static const char *const left[] = {
	[CLASSIC_EN] = "left the chat room",
	[CLASSIC_ZH] = "退出了聊天室"
};
/* What stands before an announcement. */
static const char *const admin[] = {
	[CLASSIC_EN] = "Admin: ",
	[CLASSIC_ZH] = "管理员消息："
};
/* Acts of the operator, with the name in front; of who is put out his leaving
 * tells, and who is allowed needs another program anyway. */
static const char *const acts[RULE_WORDS][2] = {
	[RULE_MUTE] = { "was muted", "被禁言" },
	[RULE_UNMUTE] = { "may speak again", "可以发言了" },
	[RULE_CLOSE] = { "the room is closed", "房间已关闭" },
	[RULE_OPEN] = { "the room is open again", "房间重新开放" }
};
enum { LANGS = sizeof(admin) / sizeof(admin[0]) };

static const char cut_mark[] = "…";

/* The longest line, "name: * text", and a newline fit in a datagram. */
_Static_assert(TEXT_NAME_BYTES + 4 + TEXT_LINE_BYTES + 1 <= CLASSIC_BYTES,
    "CLASSIC_BYTES holds every line");

static bool
equals(const char *s, size_t len, const char *word)
{
	return len == strlen(word) && memcmp(s, word, len) == 0;
}

static bool
starts(const char *s, size_t len, const char *word)
{
	return len >= strlen(word) && memcmp(s, word, strlen(word)) == 0;
}

static bool
is_yes(const char *s, size_t len)
{
	return equals(s, len, "OK") || equals(s, len, "Y");
}

static bool
is_no(const char *s, size_t len)
{
	return equals(s, len, "FAIL") || equals(s, len, "N");
}

struct classic_request
classic_parse_request(const char *data, size_t len)
{
	struct classic_request req = { .verb = CLASSIC_BAD };

	if (len > 0 && data[len - 1] == '\n') {
		req.newline = true;
		len--;
		if (len > 0 && data[len - 1] == '\r')
			len--;
	}
	if (len == 0 || len > CLASSIC_BYTES || !text_valid(data, len))
		return req;

	if (is_yes(data, len) || is_no(data, len)) {
		req.verb = CLASSIC_REPLY;
	} else if (starts(data, len, "L ")) {
		req.verb = CLASSIC_LOGIN;
	} else if (starts(data, len, "C ")) {
		req.verb = CLASSIC_SAY;
	} else if (equals(data, len, "Q") || starts(data, len, "Q ") ||
	    equals(data, len, "E") || starts(data, len, "E ")) {
		req.verb = CLASSIC_QUIT;
	}
	if (req.verb != CLASSIC_BAD && req.verb != CLASSIC_REPLY && len > 2) {
		req.arg = data + 2;
		req.arg_len = len - 2;
	}
	return req;
}

/* The bytes that arg's first word and its space take if it names speaker. */
static size_t
own_name(const char *arg, size_t len, const char *speaker, size_t speaker_len)
{
	char mine[TEXT_FOLD_BYTES], first[TEXT_FOLD_BYTES];
	const char *space;
	size_t word_len, fold_len;

	space = len > 0 ? memchr(arg, ' ', len) : NULL;
	if (space == NULL)
		return 0;
	word_len = (size_t)(space - arg);
	/* Only a name may be folded. */
	if (text_name_check(arg, word_len) != TEXT_NAME_OK)
		return 0;
	fold_len = text_fold(first, arg, word_len);
	if (fold_len == 0 ||
	    fold_len != text_fold(mine, speaker, speaker_len) ||
	    memcmp(first, mine, fold_len) != 0)
		return 0;
	return word_len + 1;
}

size_t
classic_words(char dst[CLASSIC_BYTES], const char *arg, size_t len,
    const char *speaker, size_t speaker_len)
{
	size_t skip;

	if (len > CLASSIC_BYTES)
		return 0;
	skip = own_name(arg, len, speaker, speaker_len);
	if (len == skip)
		return 0;
	len = text_clean(dst, arg + skip, len - skip, false);
	return len > TEXT_LINE_BYTES ? 0 : len;
}

static void
put(struct wire_out *out, const char *s)
{
	wire_put_bytes(out, s, strlen(s));
}

static void
put_text(struct wire_out *out, const struct entry *e)
{
	char line[TEXT_LINE_BYTES];
	size_t n;

	if (e->text_len > sizeof(line)) {
		out->failed = true;
		return;
	}
	/* A text of several lines becomes one: a datagram is a line. No tab
	 * either, which was never in one. */
	n = text_clean(line, e->text, e->text_len, false);
	wire_put_bytes(out, line, text_tabs(line, line, n, ' '));
}

/* "Admin: bob was muted: too loud"; false: not to be told. */
static bool
put_rule(struct wire_out *out, const struct entry *e, enum classic_lang lang)
{
	struct rule r;

	if (!rule_parse(&r, e->text, e->text_len) ||
	    acts[r.word][lang] == NULL)
		return false;
	put(out, admin[lang]);
	if (r.classic)
		put(out, "~");
	wire_put_bytes(out, r.name, r.name_len);
	put(out, r.name_len > 0 ? " " : "");
	put(out, acts[r.word][lang]);
	put(out, r.reason_len > 0 ? ": " : "");
	wire_put_bytes(out, r.reason, r.reason_len);
	return true;
}

size_t
classic_format(char dst[CLASSIC_BYTES], const struct entry *e,
    enum classic_lang lang)
{
	struct wire_out out = wire_out(dst, CLASSIC_BYTES - 1);

	if (entry_is_rule(e))
		return put_rule(&out, e, lang) && !out.failed ? out.len : 0;
	if (e->kind != ENTRY_ANNOUNCE)
		wire_put_bytes(&out, e->author, e->author_len);
	switch (e->kind) {
	case ENTRY_SAY:
	case ENTRY_PART:
		put(&out, ": ");
		put_text(&out, e);
		break;
	case ENTRY_ACT:
		put(&out, ": * ");
		put_text(&out, e);
		break;
	case ENTRY_JOIN:
		put(&out, " ");
		put(&out, joined[lang]);
		break;
	case ENTRY_LEAVE:
	case ENTRY_TIMEOUT:
		put(&out, " ");
		put(&out, left[lang]);
		break;
	case ENTRY_ANNOUNCE:
		put(&out, admin[lang]);
		put_text(&out, e);
		break;
	case ENTRY_RENAME:
	case ENTRY_START:
		return 0;
	}
	return out.failed ? 0 : out.len;
}

/*
 * Cleans src into buf as e's text. A line of a foreign server may be longer
 * than an entry holds: its end is cut off, with a mark.
 */
static enum classic_answer
take_text(char buf[CLASSIC_BYTES], const char *src, size_t len,
    struct entry *e)
{
	len = text_clean(buf, src, len, false);
	if (len > TEXT_LINE_BYTES) {
		len = TEXT_LINE_BYTES - strlen(cut_mark);
		while (len > 0 && ((uint8_t)buf[len] & 0xc0) == 0x80)
			len--;
		memcpy(buf + len, cut_mark, strlen(cut_mark));
		len += strlen(cut_mark);
	}
	e->text = buf;
	e->text_len = len;
	return len > 0 ? CLASSIC_ENTRY : CLASSIC_NOTHING;
}

/* Length of what stands before an announcement's text; 0: it is none. */
static size_t
announce_prefix(const char *s, size_t len)
{
	/* The same words, typed with an ASCII colon. */
	static const char zh_ascii[] = "管理员消息:";
	size_t i, n;

	for (i = 0; i < LANGS; i++) {
		if (starts(s, len, admin[i]))
			return strlen(admin[i]);
	}
	if (!starts(s, len, zh_ascii))
		return 0;
	n = strlen(zh_ascii);
	return n < len && s[n] == ' ' ? n + 1 : n;
}

static enum entry_kind
notice_kind(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < LANGS; i++) {
		if (equals(s, len, joined[i]))
			return ENTRY_JOIN;
		if (equals(s, len, left[i]))
			return ENTRY_LEAVE;
	}
	return ENTRY_ANNOUNCE;
}

/*
 * A name has no space, so the first word decides: "name:" speaks, "name" may
 * enter or leave. Nothing that somebody says can pass for a notice.
 */
static enum classic_answer
parse_line(char buf[CLASSIC_BYTES], const char *s, size_t len,
    struct entry *e)
{
	const char *space, *rest;
	size_t skip, word_len, rest_len;

	e->kind = ENTRY_ANNOUNCE;
	if ((skip = announce_prefix(s, len)) > 0)
		return take_text(buf, s + skip, len - skip, e);
	if ((space = memchr(s, ' ', len)) == NULL)
		return take_text(buf, s, len, e);

	word_len = (size_t)(space - s);
	rest = space + 1;
	rest_len = len - word_len - 1;
	if (word_len > 0 && s[word_len - 1] == ':') {
		word_len--;
		e->kind = ENTRY_SAY;
	} else {
		e->kind = notice_kind(rest, rest_len);
	}
	/* Also when a foreign server lets people have names that we do not. */
	if (e->kind == ENTRY_ANNOUNCE ||
	    text_name_check(s, word_len) != TEXT_NAME_OK) {
		e->kind = ENTRY_ANNOUNCE;
		return take_text(buf, s, len, e);
	}
	e->author = s;
	e->author_len = word_len;
	if (e->kind != ENTRY_SAY)
		return CLASSIC_ENTRY;
	return take_text(buf, rest, rest_len, e);
}

enum classic_answer
classic_parse_answer(char buf[CLASSIC_BYTES], const char *data, size_t len,
    struct entry *e)
{
	/* Some programs send the NUL of their C string along. */
	while (len > 0 && (data[len - 1] == '\n' || data[len - 1] == '\r' ||
	    data[len - 1] == '\0'))
		len--;
	if (len == 0 || len > CLASSIC_BYTES || !text_valid(data, len))
		return CLASSIC_NOTHING;
	if (is_yes(data, len))
		return CLASSIC_YES;
	if (is_no(data, len))
		return CLASSIC_NO;
	memset(e, 0, sizeof(*e));
	return parse_line(buf, data, len, e);
}

enum classic_lang
classic_lang(const char *lc_all, const char *lc_messages, const char *lang)
{
	const char *want = lang;

	if (lc_all != NULL && *lc_all != '\0')
		want = lc_all;
	else if (lc_messages != NULL && *lc_messages != '\0')
		want = lc_messages;
	if (want == NULL || strncmp(want, "zh", 2) != 0)
		return CLASSIC_EN;
	/* The bare "zh" too: its NUL counts as one of these for strchr(3). */
	return strchr("_.-@", want[2]) != NULL ? CLASSIC_ZH : CLASSIC_EN;
}
