/*
 * Completion of the word before the caret; runs in the client's parent
 * process. Must never cut a character in two, nor insert anything but what a
 * source or the table of emoji gave.
 */
#include "tui/complete.h"

#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

#include "common/text.h"
#include "tui/emoji.h"
#include "tui/motion.h"

enum kind {
	COMMAND,	/* "/he" */
	OPTION,		/* behind "/set " */
	TOPIC,		/* behind "/help " */
	EMOJI,		/* ":smi" */
	MENTION,	/* "@al" */
	ADDRESS,	/* "al" at the start */
	JOIN,		/* ": al" or ", al" behind "bob", who is addressed */
	NAME		/* "al" elsewhere */
};

/* How a word of each kind is typed, and what stands around a candidate. */
static const struct form {
	size_t		 skip;		/* bytes of the stem before the word */
	const char	*before, *behind;
} forms[] = {
	[COMMAND] = { 1, "/", " " },
	[OPTION] = { 0, "", " " },
	[TOPIC] = { 0, "", "" },
	[EMOJI] = { 1, "", "" },
	[MENTION] = { 1, "@", " " },
	[ADDRESS] = { 0, "", ": " },
	[JOIN] = { 2, ", ", ": " },
	[NAME] = { 0, "", " " }
};

/* The word whose candidates are looked for. */
struct search {
	const struct complete_source	*source;
	enum kind			 kind;
	const char			*word;	/* the stem but for its sign */
	size_t				 len;
	char				 fold[TEXT_FOLD_BYTES];
	size_t				 fold_len;
};

/* Length of the blank that ends at pos, 0 where there is none. */
static size_t
blank_before(const char *text, size_t pos)
{
	static const char wide[] = "\xe3\x80\x80";	/* U+3000, of CJK */

	if (motion_is_space(text[pos - 1]))
		return 1;
	return pos >= 3 && memcmp(text + pos - 3, wide, 3) == 0 ? 3 : 0;
}

/* Where the word before the caret begins. */
static size_t
word_start(const char *text, size_t caret)
{
	while (caret > 0 && blank_before(text, caret) == 0)
		caret--;
	return caret;
}

/* True if head is word and blanks: what follows is the second word. */
static bool
is_second(const char *head, size_t len, const char *word)
{
	size_t n = strlen(word);

	if (len <= n || memcmp(head, word, n) != 0)
		return false;
	while (n < len && head[n] == ' ')
		n++;
	return n == len;
}

/* True if an emoji's colon may stand behind head. */
static bool
may_open(const char *head, size_t len)
{
	utf8proc_int32_t c;
	size_t n = 1;

	if (len == 0 || blank_before(head, len) > 0)
		return true;
	while (n < 4 && n < len &&
	    ((unsigned char)head[len - n] & 0xc0) == 0x80)
		n++;
	if (utf8proc_iterate((const utf8proc_uint8_t *)head + len - n,
	    (utf8proc_ssize_t)n, &c) <= 0)
		return false;
	return utf8proc_category(c) == UTF8PROC_CATEGORY_PS;
}

/* Where in the word an emoji's colon stands, whether a second one closes it or
 * not; false: it has none. */
static bool
find_colon(const char *text, size_t start, size_t caret, size_t *colon)
{
	bool closed = caret > start && text[caret - 1] == ':';
	size_t end = closed ? caret - 1 : caret;
	size_t pos = end;

	while (pos > start && text[pos - 1] != ':')
		pos--;
	if (pos == start || pos == end || !may_open(text, pos - 1))
		return false;
	*colon = pos - 1;
	return true;
}

static bool
is_name(const struct complete_source *source, const char *word, size_t len)
{
	const char *name;
	size_t i;

	if (source->name == NULL)
		return false;
	for (i = 0; (name = source->name(source->arg, i)) != NULL; i++)
		if (strlen(name) == len && memcmp(name, word, len) == 0)
			return true;
	return false;
}

/* True if head is "bob, alice: " or "bob, ": names as completion puts them. */
static bool
is_address(const struct complete_source *source, const char *head, size_t len)
{
	size_t pos = 0, n;

	while (pos < len) {
		for (n = 0; pos + n < len && head[pos + n] != ' '; n++)
			continue;
		if (n < 2 || pos + n == len)
			return false;
		if (head[pos + n - 1] != ',' &&
		    (head[pos + n - 1] != ':' || pos + n + 1 < len))
			return false;
		if (!is_name(source, head + pos, n - 1))
			return false;
		pos += n + 1;
	}
	return len > 0;
}

/* What the word from *from to the caret is; *from moves to where it is to be
 * replaced. */
static enum kind
classify(const struct complete_source *source, const char *text, size_t caret,
    size_t *from)
{
	const char *word = text + *from;
	size_t start = *from, len = caret - start;

	if (start == 0 && len > 0 && word[0] == '/' &&
	    (len == 1 || word[1] != '/'))
		return COMMAND;
	if (is_second(text, start, "/set"))
		return OPTION;
	if (is_second(text, start, "/help"))
		return TOPIC;
	if (find_colon(text, start, caret, from))
		return EMOJI;
	if (len > 0 && word[0] == '@')
		return MENTION;
	if (start == 0)
		return ADDRESS;
	if (len == 0 || !is_address(source, text, start))
		return NAME;
	*from = start - 2;
	return JOIN;
}

static bool
goes_on(const struct complete *c, const char *text, size_t caret)
{
	size_t n = strlen(c->shown);

	return c->active && c->from <= caret && caret - c->from == n &&
	    memcmp(text + c->from, c->shown, n) == 0;
}

/* Takes up the word before the caret. False: there is none to complete. */
static bool
begin(struct complete *c, const struct complete_source *source,
    const char *text, size_t caret)
{
	size_t len;

	memset(c, 0, sizeof(*c));
	c->from = word_start(text, caret);
	c->kind = classify(source, text, caret, &c->from);
	/* Well-formed, so the caret is in no character either. */
	len = caret - c->from;
	if (len >= sizeof(c->stem) || !text_valid(text + c->from, len) ||
	    memchr(text + c->from, '\0', len) != NULL)
		return false;
	memcpy(c->stem, text + c->from, len);
	memcpy(c->shown, c->stem, len);
	return true;
}

static struct search
search_for(const struct complete *c, const struct complete_source *source)
{
	struct search s = { .source = source, .kind = c->kind };

	s.word = c->stem + forms[s.kind].skip;
	s.len = strlen(s.word);
	s.fold_len = text_fold(s.fold, s.word, s.len);
	return s;
}

/* The i-th whose name begins so; where a colon closes it, the one with it. */
static const char *
find_emoji(const struct search *s, size_t i)
{
	size_t len = s->len;
	bool closed = len > 0 && s->word[len - 1] == ':';
	const struct emoji *emoji;

	if (closed)
		len--;
	emoji = emoji_find(s->word, len, i);
	if (emoji == NULL || (closed && strlen(emoji->name) != len))
		return NULL;
	return emoji->text;
}

/* The i-th there is, whether it matches or not; NULL behind the last. */
static const char *
candidate(const struct search *s, size_t i)
{
	const char *(*give)(void *, size_t) = s->source->name;

	if (s->kind == EMOJI)
		return find_emoji(s, i);
	if (s->kind == COMMAND || s->kind == TOPIC)
		give = s->source->command;
	else if (s->kind == OPTION)
		give = s->source->option;
	return give != NULL ? give(s->source->arg, i) : NULL;
}

static bool
matches(const struct search *s, const char *name)
{
	char fold[TEXT_FOLD_BYTES];
	size_t n;

	if (s->kind == EMOJI || s->len == 0)
		return true;
	n = text_fold(fold, name, strlen(name));
	return s->fold_len > 0 && n >= s->fold_len &&
	    memcmp(fold, s->fold, s->fold_len) == 0;
}

/* As it is to be inserted; false where it cannot be. */
static bool
dress(const struct search *s, const char *name, char dst[COMPLETE_BYTES])
{
	const struct form *form = &forms[s->kind];
	size_t len = strlen(name);
	int n;

	if (len == 0 || !text_valid(name, len))
		return false;
	n = snprintf(dst, COMPLETE_BYTES, "%s%s%s", form->before, name,
	    form->behind);
	return n > 0 && n < COMPLETE_BYTES;
}

/* Goes on from *i to the next that matches; false: there is none. */
static bool
next_match(const struct search *s, size_t *i, char dst[COMPLETE_BYTES])
{
	const char *name;

	while ((name = candidate(s, *i)) != NULL) {
		++*i;
		if (matches(s, name) && dress(s, name, dst))
			return true;
	}
	return false;
}

/*
 * How many match. *at becomes the place of what is shown among them, which may
 * have moved since; behind the last where it is not (the stem, say).
 */
static size_t
count(const struct search *s, const struct complete *c, size_t *at)
{
	char text[COMPLETE_BYTES];
	size_t i = 0, n;
	bool found = false;

	for (n = 0; next_match(s, &i, text); n++) {
		if (strcmp(text, c->shown) != 0 || (found && n != c->at))
			continue;
		*at = n;
		found = true;
	}
	if (!found)
		*at = n;
	return n;
}

/* The one at place `at`; behind the last the stem. */
static void
pick(const struct search *s, const struct complete *c, size_t at,
    char dst[COMPLETE_BYTES])
{
	size_t i = 0, k;

	for (k = 0; k <= at; k++)
		if (!next_match(s, &i, dst))
			memcpy(dst, c->stem, sizeof(c->stem));
}

/* What comes after the one shown; false: nothing else. */
static bool
step(struct complete *c, const struct complete_source *source, bool back,
    char dst[COMPLETE_BYTES])
{
	struct search s = search_for(c, source);
	size_t n, at, tries;

	n = count(&s, c, &at);
	if (n == 1 && at == 0)		/* as well as it can be */
		return false;
	for (tries = 0; tries <= n; tries++) {
		at = (at + (back ? n : 1)) % (n + 1);
		pick(&s, c, at, dst);
		if (strcmp(dst, c->shown) != 0) {
			c->at = at;
			return true;
		}
	}
	return false;
}

/* An empty word is one only where nothing else stands, or behind a sign. */
static bool
is_word(const struct complete *c, size_t len)
{
	return c->stem[0] != '\0' || len == strlen(c->shown) ||
	    c->kind == OPTION || c->kind == TOPIC;
}

bool
complete_next(struct complete *c, const char *text, size_t len, size_t caret,
    const struct complete_source *source, bool back,
    struct complete_change *change)
{
	if (caret > len)
		return false;
	if (!goes_on(c, text, caret) && !begin(c, source, text, caret))
		return false;
	if (!is_word(c, len) || !step(c, source, back, change->text))
		return false;
	change->from = c->from;
	change->to = caret;
	memcpy(c->shown, change->text, sizeof(c->shown));
	c->active = true;
	return true;
}
