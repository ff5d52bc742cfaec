/*
 * Entries as JSON. Pure; runs in the server and in the client's parent
 * process.
 */
#include "common/entry_json.h"

#include <string.h>

#include "common/json.h"
#include "common/rule.h"
#include "common/text.h"

static void
put_text(struct json *j, const char *text, size_t len)
{
	char said[PIECES_TEXT_BYTES];

	if (len > sizeof(said))
		j->failed = true;
	else if (len > 0)
		json_text(j, "text", said, text_tabs(said, text, len, '\t'));
}

/* What the rule says, for programs; its text says it, too. */
static void
put_rule(struct json *j, const struct entry *e)
{
	struct rule r;
	size_t word;

	if (!rule_parse(&r, e->text, e->text_len))
		return;
	for (word = 0; word < e->text_len && e->text[word] != ' ' &&
	    e->text[word] != ':'; word++)
		;
	json_text(j, "rule", e->text, word);
	if (r.name_len > 0)
		json_text(j, "who", r.name, r.name_len);
	if (r.key[0] != '\0')
		json_text(j, "whose", r.key, strlen(r.key));
	if (r.ms > 0)
		json_number(j, "for_s", (uint64_t)r.ms / 1000);
	if (r.classic)
		json_true(j, "classic");
}

size_t
entry_json(char dst[ENTRY_JSON_BYTES], const struct entry *e,
    const struct entry_json *more)
{
	struct json j = json_begin(dst, ENTRY_JSON_BYTES);
	bool own_rule = more->private && entry_is_own_rule(e);
	const char *kind = own_rule ? "rule" : entry_word(e);
	bool classic = (e->flags & ENTRY_CLASSIC) != 0;

	if (more->room != NULL)
		json_text(&j, "room", more->room, strlen(more->room));
	if (e->seq != 0)
		json_number(&j, "n", e->seq);
	json_time(&j, "time", e->time_ms);
	json_text(&j, "kind", kind, strlen(kind));
	if (e->author_len > 0)
		json_text(&j, "name", e->author, e->author_len);
	put_text(&j, e->text, e->text_len);
	if (own_rule || entry_is_rule(e))
		put_rule(&j, e);
	if (more->mine)
		json_true(&j, "mine");
	if (more->mention)
		json_true(&j, "mention");
	if (more->private)
		json_true(&j, "private");
	if (e->author_len > 0)
		json_true(&j, classic ? "classic" : "verified");
	return json_end(&j);
}
