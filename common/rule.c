/*
 * The text of rules. Pure; runs in every process.
 */
#include "common/rule.h"

#include <stdio.h>
#include <string.h>

#include "common/duration.h"

static const char *const words[] = {
	[RULE_KICK] = "kick", [RULE_BAN] = "ban", [RULE_UNBAN] = "unban",
	[RULE_MUTE] = "mute", [RULE_UNMUTE] = "unmute",
	[RULE_CLOSE] = "close", [RULE_OPEN] = "open",
	[RULE_ALLOW] = "allow", [RULE_DISALLOW] = "disallow",
	[RULE_REKEY] = "rekey",
	[RULE_SHUT] = "shut", [RULE_UNSHUT] = "unshut"
};
_Static_assert(RULE_WORDS == 12, "a word for each: add it, then count");

/* What stands for the name where a network is banned: of nobody, since a name
 * has no brackets; older clients show it in its place. */
static const char network[] = "(network)";

/* In the largest unit that it is a whole number of. */
static int
put_time(char *dst, size_t size, int64_t ms)
{
	static const struct { int64_t s; char unit; } units[] = {
		{ 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' }
	};
	int64_t s = ms / 1000;
	size_t i = 0;

	while (s % units[i].s != 0)
		i++;
	return snprintf(dst, size, " %lld%c", (long long)(s / units[i].s),
	    units[i].unit);
}

size_t
rule_put(char dst[RULE_BYTES], const struct rule *r)
{
	int n = snprintf(dst, RULE_BYTES, "%s", words[r->word]);

	if (r->name_len > 0)
		n += snprintf(dst + n, RULE_BYTES - (size_t)n, " %s%.*s",
		    r->classic ? "~" : "", (int)r->name_len, r->name);
	else if (r->word == RULE_BAN && r->key[0] == '\0')
		n += snprintf(dst + n, RULE_BYTES - (size_t)n, " %s", network);
	if (r->key[0] != '\0')
		n += snprintf(dst + n, RULE_BYTES - (size_t)n, " =%s",
		    r->key);
	if (r->ms > 0)
		n += put_time(dst + n, RULE_BYTES - (size_t)n, r->ms);
	if (r->reason_len > 0)
		n += snprintf(dst + n, RULE_BYTES - (size_t)n, ": %.*s",
		    (int)r->reason_len, r->reason);
	return (size_t)n;
}

/* The next word of what is left; false: nothing is left. */
static bool
next_word(const char **at, size_t *left, const char **word, size_t *len)
{
	const char *space;

	if (*left == 0)
		return false;
	*word = *at;
	space = memchr(*at, ' ', *left);
	*len = space == NULL ? *left : (size_t)(space - *at);
	*left -= *len + (space != NULL);
	*at += *len + (space != NULL);
	return true;
}

static bool
take_key(struct rule *r, const char *word, size_t len)
{
	if (len != sizeof(r->key) || memcmp(word, "=SHA256:", 8) != 0)
		return false;
	memcpy(r->key, word + 1, len - 1);
	r->key[len - 1] = '\0';
	return true;
}

static bool
take_name(struct rule *r, const char *word, size_t len)
{
	r->classic = len > 0 && *word == '~';
	r->name = word + r->classic;
	r->name_len = len - r->classic;
	return text_name_check(r->name, r->name_len) == TEXT_NAME_OK;
}

static bool
take_time(struct rule *r, const char *word, size_t len)
{
	char text[32];

	if (len >= sizeof(text))
		return false;
	memcpy(text, word, len);
	text[len] = '\0';
	return duration_parse(text, &r->ms) == DURATION_OK && r->ms > 0;
}

static bool
take_word(struct rule *r, const char *word, size_t len)
{
	int i;

	for (i = 0; i < RULE_WORDS; i++)
		if (strlen(words[i]) == len &&
		    memcmp(words[i], word, len) == 0)
			break;
	r->word = (enum rule_word)i;
	return i < RULE_WORDS;
}

/* No name has a space in it or ends with a colon: the first ": " ends what
 * the rule says, and the reason begins. */
static size_t
split_reason(struct rule *r, const char *text, size_t len)
{
	const char *colon = memmem(text, len, ": ", 2);
	size_t head;

	r->name = r->reason = "";
	if (colon == NULL)
		return len;
	head = (size_t)(colon - text);
	r->reason = colon + 2;
	r->reason_len = len - head - 2;
	return head;
}

static bool
take_words(struct rule *r, const char *text, size_t len)
{
	const char *word;
	size_t n;

	if (r->reason_len > RULE_REASON_BYTES ||
	    !next_word(&text, &len, &word, &n) || !take_word(r, word, n))
		return false;
	if (!next_word(&text, &len, &word, &n))
		return true;
	if (!take_key(r, word, n)) {
		if (!take_name(r, word, n))
			return false;
		if (!next_word(&text, &len, &word, &n))
			return true;
		if (!take_key(r, word, n))
			return take_time(r, word, n) && len == 0;
	}
	return !next_word(&text, &len, &word, &n) ||
	    (take_time(r, word, n) && len == 0);
}

bool
rule_parse(struct rule *r, const char *text, size_t len)
{
	memset(r, 0, sizeof(*r));
	len = split_reason(r, text, len);
	if (!take_words(r, text, len))
		return false;
	if (r->word == RULE_BAN && !r->classic && r->key[0] == '\0' &&
	    r->name_len == strlen(network) &&
	    memcmp(r->name, network, r->name_len) == 0)
		r->name_len = 0;
	return true;
}
