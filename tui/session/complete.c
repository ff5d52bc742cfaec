/*
 * Completion of the word before the caret; runs in the client's parent
 * process. Must never cut a character in two, nor insert anything but what the
 * source or the table of emoji gave.
 */
#include "tui/session/complete.h"

#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

#include "common/text.h"
#include "tui/session/command.h"
#include "tui/session/emoji.h"
#include "tui/text/motion.h"

enum kind {
	COMMAND,	/* "/he" */
	OPTION,		/* behind "/set " */
	VALUE,		/* behind "/set theme " */
	TOPIC,		/* behind "/help " */
	PERSON,		/* behind "/whois " */
	IGNORED,	/* behind "/unignore " */
	ROOM,		/* behind "/join " */
	HASHED,		/* there, as it is typed elsewhere: "#op" */
	WINDOW,		/* behind "/go " */
	AUTHOR,		/* "from:al" behind "/search " */
	DAY,		/* "on:2026" there */
	PATH,		/* behind "/save ", blanks and all */
	EMOJI,		/* ":smi" */
	MENTION,	/* "@al" */
	ADDRESS,	/* "al" at the start */
	JOIN,		/* ": al" or ", al" behind "bob", who is addressed */
	NAME		/* "al" elsewhere */
};

/* How a word of each kind is typed, and what stands around a candidate. */
static const struct form {
	enum complete_what what;	/* the source is asked for */
	size_t		 skip;		/* bytes of the stem before the word */
	const char	*before, *behind;
} forms[] = {
	[COMMAND] = { COMPLETE_COMMAND, 1, "/", " " },
	[OPTION] = { COMPLETE_OPTION, 0, "", " " },
	[VALUE] = { COMPLETE_VALUE, 0, "", "" },
	[TOPIC] = { COMPLETE_COMMAND, 0, "", "" },
	[PERSON] = { COMPLETE_NAME, 0, "", " " },
	[IGNORED] = { COMPLETE_IGNORED, 0, "", " " },
	[ROOM] = { COMPLETE_ROOM, 0, "", "" },
	[HASHED] = { COMPLETE_ROOM, 1, "#", "" },
	[WINDOW] = { COMPLETE_WINDOW, 0, "", "" },
	[AUTHOR] = { COMPLETE_AUTHOR, 5, "from:", " " },
	[DAY] = { COMPLETE_DAY, 3, "on:", " " },
	[PATH] = { COMPLETE_PATH, 0, "", "" },
	[EMOJI] = { COMPLETE_NAME, 1, "", "" },	/* from the table instead */
	[MENTION] = { COMPLETE_NAME, 1, "@", " " },
	[ADDRESS] = { COMPLETE_NAME, 0, "", ": " },
	[JOIN] = { COMPLETE_NAME, 2, ", ", ": " },
	[NAME] = { COMPLETE_NAME, 0, "", " " }
};

/* The word whose candidates are looked for. */
struct lookup {
	const struct complete_source	*source;
	enum kind			 kind;
	const char			*word;	/* the stem but for its sign */
	const char			*of;	/* the setting, or the word */
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

	for (i = 0; (name = source->nth(source->arg, COMPLETE_NAME, "", i)) !=
	    NULL; i++)
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

/* The setting whose value follows, one of a few words: the one word of arg, an
 * = behind it or not. */
static bool
find_setting(struct complete *c, const struct complete_source *source,
    const char *arg, size_t len)
{
	size_t n = 0, i;

	while (n < len && arg[n] != ' ' && arg[n] != '=')
		n++;
	for (i = n; i < len; i++)
		if (arg[i] != ' ' && arg[i] != '=')
			return false;
	if (n == 0 || n >= sizeof(c->of))
		return false;
	memcpy(c->of, arg, n);
	c->of[n] = '\0';
	return source->nth(source->arg, COMPLETE_VALUE, c->of, 0) != NULL;
}

/* The kind of a word that narrows a search; NAME: it is none. */
static enum kind
narrowing(const char *word, size_t len)
{
	if (len >= 5 && memcmp(word, "from:", 5) == 0)
		return AUTHOR;
	if (len >= 3 && memcmp(word, "on:", 3) == 0)
		return DAY;
	return NAME;
}

/* Behind nothing but such words. */
static bool
classify_search(struct complete *c, const struct command *command,
    const char *word, size_t len)
{
	const char *at = command->arg, *end = at + command->arg_len;
	size_t n;

	for (; at < end; at += n) {
		n = strcspn(at, " ");
		if (narrowing(at, n) == NAME)
			return false;
		n += strspn(at + n, " ");
	}
	c->kind = narrowing(word, len);
	return c->kind != NAME;
}

/* What a command wants where the word begins; false: nothing to be known. */
static bool
classify_argument(struct complete *c, const struct complete_source *source,
    const char *text, size_t start, size_t caret)
{
	struct command command = command_parse(text, start,
	    source->talks);
	bool first = command.arg_len == 0;

	/* What follows a line's end makes it no command. */
	if (start == 0 || text[0] != '/' || memchr(text, '\n', start) != NULL)
		return false;
	switch (command.id) {
	case COMMAND_HELP:
		c->kind = TOPIC;
		return first;
	case COMMAND_IGNORE:
	case COMMAND_WHOIS:
	case COMMAND_MSG:
	case COMMAND_TRUST:
	case COMMAND_VERIFY:
		c->kind = PERSON;
		return first;
	case COMMAND_UNIGNORE:
		c->kind = IGNORED;
		return first;
	case COMMAND_JOIN:
		c->kind = start < caret && text[start] == '#' ? HASHED : ROOM;
		return first;
	case COMMAND_GO:
	case COMMAND_LEAVE:
		c->kind = WINDOW;
		return first;
	case COMMAND_SAVE:
		c->kind = PATH;
		c->from = (size_t)(command.arg - text);
		return true;
	case COMMAND_SEARCH:
		return classify_search(c, &command, text + start,
		    caret - start);
	case COMMAND_SET:
		c->kind = first ? OPTION : VALUE;
		return first || find_setting(c, source, command.arg,
		    command.arg_len);
	default:
		return false;
	}
}

/* What the word from c->from to the caret is; that moves to where it is to be
 * replaced. */
static void
classify(struct complete *c, const struct complete_source *source,
    const char *text, size_t caret)
{
	const char *word = text + c->from;
	size_t start = c->from, len = caret - start;
	bool is_argument = classify_argument(c, source, text, start,
	    caret);

	if (start == 0 && len > 0 && word[0] == '/' &&
	    (len == 1 || word[1] != '/'))
		c->kind = COMMAND;
	else if (is_argument && c->kind != PERSON && c->kind != IGNORED)
		return;
	else if (find_colon(text, start, caret, &c->from))
		c->kind = EMOJI;
	else if (len > 0 && word[0] == '@')
		c->kind = MENTION;
	else if (is_argument)
		return;
	else if (start == 0)
		c->kind = ADDRESS;
	else if (len == 0 || !is_address(source, text, start))
		c->kind = NAME;
	else {
		c->kind = JOIN;
		c->from = start - 2;
	}
}

/* The only one there is, and more below it. */
static bool
is_entered(const struct complete *c)
{
	size_t n = strlen(c->shown);

	return c->kind == PATH && c->n == 1 && n > 0 && c->shown[n - 1] == '/';
}

static bool
goes_on(const struct complete *c, const char *text, size_t caret)
{
	size_t n = strlen(c->shown);

	return c->active && !is_entered(c) && c->from <= caret &&
	    caret - c->from == n && memcmp(text + c->from, c->shown, n) == 0;
}

/* Takes up the word before the caret. False: there is none to complete. */
static bool
begin(struct complete *c, const struct complete_source *source,
    const char *text, size_t caret)
{
	size_t len;

	memset(c, 0, sizeof(*c));
	c->from = word_start(text, caret);
	classify(c, source, text, caret);
	/* Well-formed, so the caret is in no character either. */
	len = caret - c->from;
	if (len >= sizeof(c->stem) || !text_valid(text + c->from, len) ||
	    memchr(text + c->from, '\0', len) != NULL)
		return false;
	memcpy(c->stem, text + c->from, len);
	memcpy(c->shown, c->stem, len);
	return true;
}

static struct lookup
lookup_of(const struct complete *c, const struct complete_source *source)
{
	struct lookup s = { .source = source, .kind = (enum kind)c->kind };

	s.word = c->stem + forms[s.kind].skip;
	s.of = s.kind == VALUE ? c->of : s.word;
	s.len = strlen(s.word);
	s.fold_len = text_fold(s.fold, s.word, s.len);
	return s;
}

/* The i-th whose name begins so; where a colon closes it, the one with it. */
static const struct emoji *
find_emoji(const struct lookup *s, size_t i)
{
	size_t len = s->len;
	bool closed = len > 0 && s->word[len - 1] == ':';
	const struct emoji *emoji;

	if (closed)
		len--;
	emoji = emoji_find(s->word, len, i);
	if (emoji == NULL || (closed && strlen(emoji->name) != len))
		return NULL;
	return emoji;
}

/* The i-th there is, whether it matches or not; NULL behind the last. */
static const char *
candidate(const struct lookup *s, size_t i)
{
	const struct emoji *emoji;

	if (s->kind != EMOJI)
		return s->source->nth(s->source->arg, forms[s->kind].what,
		    s->of, i);
	emoji = find_emoji(s, i);
	return emoji != NULL ? emoji->text : NULL;
}

static bool
matches(const struct lookup *s, const char *name)
{
	char fold[TEXT_FOLD_BYTES];
	size_t n;

	if (s->kind == EMOJI || s->kind == PATH || s->len == 0)
		return true;
	n = text_fold(fold, name, strlen(name));
	if (n == 0 || s->fold_len == 0)		/* too long for that */
		return strncmp(name, s->word, s->len) == 0;
	return n >= s->fold_len && memcmp(fold, s->fold, s->fold_len) == 0;
}

/* As it is to be inserted; false where it cannot be. */
static bool
dress(const struct lookup *s, const char *name, char dst[COMPLETE_BYTES])
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
next_match(const struct lookup *s, size_t *i, char dst[COMPLETE_BYTES])
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
count(const struct lookup *s, const struct complete *c, size_t *at)
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
pick(const struct lookup *s, const struct complete *c, size_t at,
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
	struct lookup s = lookup_of(c, source);
	size_t n, at, tries;

	c->n = n = count(&s, c, &at);
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
	    (c->kind >= OPTION && c->kind <= PATH);
}

bool
complete_next(struct complete *c, const struct complete_line *line,
    const struct complete_source *source, bool back,
    struct complete_change *change)
{
	if (line->caret > line->len)
		return false;
	if (!goes_on(c, line->text, line->caret) &&
	    !begin(c, source, line->text, line->caret))
		return false;
	if (!is_word(c, line->len) || !step(c, source, back, change->text))
		return false;
	change->from = c->from;
	change->to = line->caret;
	memcpy(c->shown, change->text, sizeof(c->shown));
	c->active = true;
	return true;
}

/* What stands for it in a list. */
static void
name_it(const struct lookup *s, size_t i, struct complete_label *label)
{
	const struct emoji *emoji = s->kind == EMOJI ? find_emoji(s, i) : NULL;
	const char *name = candidate(s, i), *at;

	if (emoji != NULL) {
		snprintf(label->text, sizeof(label->text), "%s %s",
		    emoji->text, emoji->name);
		return;
	}
	/* Of a path the last part, with the slash of a directory. */
	if (s->kind == PATH && name != NULL)
		for (at = name; at[0] != '\0' && at[1] != '\0'; at++)
			if (*at == '/')
				name = at + 1;
	snprintf(label->text, sizeof(label->text), "%s%s", s->kind == COMMAND ?
	    "/" : "", name != NULL ? name : "");
	label->text[text_fit(label->text, strlen(label->text),
	    COMPLETE_LABEL_COLS, NULL)] = '\0';
}

size_t
complete_list(const struct complete *c, const struct complete_source *source,
    size_t first, struct complete_label labels[], size_t max)
{
	struct lookup s = lookup_of(c, source);
	char text[COMPLETE_BYTES];
	size_t i = 0, k, n = 0;

	for (k = 0; n < max && next_match(&s, &i, text); k++)
		if (k >= first)
			name_it(&s, i - 1, &labels[n++]);
	return n;
}
