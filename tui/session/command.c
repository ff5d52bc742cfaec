/*
 * The table of /commands and reading a line by it. Pure; used by the client's
 * parent process. Never sends an unknown command as text.
 */
#include "tui/session/command.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/lang.h"
#include "tui/settings/spell.h"

enum { SMALL_BYTES = 32 };	/* of a word in small letters */

/* Where a command is there: always, or only without or with talks. */
enum where { ALWAYS, ROOMS, TALKS };

static const struct row {
	const char	*name;
	enum command_id	 id;
	const char	*arg;		/* NULL: takes none */
	const char	*does;	/* NULL: another word for quit */
	bool		 speaks;	/* says its argument to everybody */
	enum where	 where;
} table[] = {
	{ "clear", COMMAND_CLEAR, NULL,
	    N_("empty the message pane; PgUp brings it back"), false, ALWAYS },
	{ "copy", COMMAND_COPY, N_("[N]"),
	    N_("copy link N of /links, else the last one"), false, ALWAYS },
	{ "devices", COMMAND_DEVICES, N_("[end NAME]"),
	    N_("which devices you are here by; end one"), false, TALKS },
	{ "exit", COMMAND_QUIT, NULL, NULL, false, ALWAYS },
	{ "go", COMMAND_GO, N_("WORD"),
	    N_("look at the room whose name has WORD in it"), false, ALWAYS },
	{ "help", COMMAND_HELP, N_("[WORD]"),
	    N_("all keys and commands"), false, ALWAYS },
	{ "ignore", COMMAND_IGNORE, N_("[NAME]"),
	    N_("show nothing of NAME; who is ignored"), false, ALWAYS },
	{ "invite", COMMAND_INVITE, NULL,
	    N_("what others type to join; copies it"), false, ALWAYS },
	{ "join", COMMAND_JOIN, N_("ROOM"),
	    N_("be in ROOM, too, in a window of its own"), false, ALWAYS },
	{ "leave", COMMAND_LEAVE, N_("[ROOM]"),
	    N_("leave this room, or ROOM, and its window"), false, ALWAYS },
	{ "links", COMMAND_LINKS, NULL, N_("the links in the chat"), false,
	    ALWAYS },
	{ "me", COMMAND_ACT, N_("TEXT"), N_("say what you do"), true, ALWAYS },
	{ "msg", COMMAND_MSG, N_("NAME [TEXT]"),
	    N_("say TEXT to NAME alone, or look at that talk"), false, TALKS },
	{ "names", COMMAND_NAMES, NULL, N_("who is here"), false, ALWAYS },
	{ "nick", COMMAND_NICK, N_("NAME"),
	    N_("be called NAME from now on"), false, ALWAYS },
	{ "open", COMMAND_OPEN, N_("[N]"),
	    N_("open link N of /links, else the last one"), false, ALWAYS },
	{ "quit", COMMAND_QUIT, NULL, N_("leave the room, as /exit does"),
	    false, ALWAYS },
	{ "reconnect", COMMAND_RECONNECT, NULL,
	    N_("try the server again now"), false, ALWAYS },
	{ "reply", COMMAND_REPLY, N_("[TEXT]"),
	    N_("say TEXT to who wrote to you alone last"), false, TALKS },
	{ "rooms", COMMAND_ROOMS, NULL,
	    N_("which rooms the server has"), false, ALWAYS },
	{ "save", COMMAND_SAVE, N_("FILE"),
	    N_("write the chat to a new file"), false, ALWAYS },
	{ "search", COMMAND_SEARCH, N_("[-a] TEXT"),
	    N_("search the chat back; -a: all your rooms"), false, ALWAYS },
	{ "set", COMMAND_SET, N_("[OPTION [VALUE]]"),
	    N_("show settings, change and keep one"), false, ALWAYS },
	{ "talks", COMMAND_TALKS, NULL,
	    N_("with whom you talk alone"), false, TALKS },
	{ "trust", COMMAND_TRUST, N_("NAME"),
	    N_("take the other key that NAME has now"), false, TALKS },
	{ "unignore", COMMAND_UNIGNORE, N_("NAME"),
	    N_("show NAME again"), false, ALWAYS },
	{ "verify", COMMAND_VERIFY, NULL,
	    N_("is everything here, as the server has it?"), false, ROOMS },
	{ "verify", COMMAND_VERIFY, N_("[NAME [yes]]"),
	    N_("is everything here? Is NAME who he was?"), false, TALKS },
	{ "whois", COMMAND_WHOIS, N_("NAME"),
	    N_("who NAME is: key, since when, away"), false, ALWAYS },
	{ "withdraw", COMMAND_WITHDRAW, N_("[all]"),
	    N_("take back the newest line that waits, or all"), false, ALWAYS },
};
enum { ROWS = sizeof(table) / sizeof(table[0]) };

static bool
is_there(const struct row *row, bool talks)
{
	return row->where == ALWAYS || (row->where == TALKS) == talks;
}

/*
 * What fingers bring along from elsewhere. Whole words only, but before all
 * others: a private word must not become a public one by a prefix.
 */
static const struct {
	const char	*name;
	enum command_id	 id;
} elsewhere[] = {
	{ "ban", COMMAND_OPERATOR }, { "dm", COMMAND_PRIVATE },
	{ "kick", COMMAND_OPERATOR }, { "lastlog", COMMAND_SEARCH },
	{ "list", COMMAND_ROOMS },
	{ "msg", COMMAND_PRIVATE }, { "mute", COMMAND_OPERATOR },
	{ "notice", COMMAND_PRIVATE }, { "part", COMMAND_LEAVE },
	{ "pm", COMMAND_PRIVATE }, { "privmsg", COMMAND_PRIVATE },
	{ "query", COMMAND_PRIVATE }, { "tell", COMMAND_PRIVATE },
	{ "unban", COMMAND_OPERATOR }, { "unmute", COMMAND_OPERATOR },
	{ "w", COMMAND_PRIVATE }, { "wc", COMMAND_LEAVE },
	{ "whisper", COMMAND_PRIVATE }, { "win", COMMAND_GO },
	{ "window", COMMAND_GO },
};

static bool
is_elsewhere(struct command *c, const char *word, size_t len, bool talks)
{
	size_t i;

	for (i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (strlen(elsewhere[i].name) == len &&
		    memcmp(elsewhere[i].name, word, len) == 0) {
			c->id = elsewhere[i].id;
			if (talks && c->id == COMMAND_PRIVATE)
				c->id = COMMAND_MSG;
			return true;
		}
	return false;
}

/* Fingers know /m as /msg, and /q as /query. */
static bool
whispers(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (elsewhere[i].id == COMMAND_PRIVATE &&
		    strncmp(elsewhere[i].name, word, len) == 0)
			return true;
	return false;
}

/* Would it do something else, or is it asked which? */
static bool
may_whisper(const struct command *c)
{
	return c->id == COMMAND_ACT || c->id == COMMAND_QUIT ||
	    (c->id == COMMAND_AMBIGUOUS &&
	    (strstr(c->suggestion, "/msg") != NULL ||
	    strstr(c->suggestion, "/query") != NULL));
}

static void
suggest(struct command *c, const char *word, size_t len, bool talks)
{
	size_t best = SIZE_MAX, d, i, nearest = 0;
	char small[SMALL_BYTES];

	for (i = 0; i < len && i < sizeof(small); i++)
		small[i] = word[i] >= 'A' && word[i] <= 'Z' ?
		    (char)(word[i] - 'A' + 'a') : word[i];
	if (len <= sizeof(small))
		word = small;
	for (i = 0; i < ROWS; i++) {
		if (table[i].speaks || !is_there(&table[i], talks))
			continue;
		d = spell_distance(word, len, table[i].name,
		    strlen(table[i].name));
		if (d < best) {
			best = d;
			nearest = i;
		}
	}
	c->id = COMMAND_UNKNOWN;
	/* Of a short word half is another word. */
	if (best <= (len < 5 ? 1 : 2))
		snprintf(c->suggestion, sizeof(c->suggestion), "/%s",
		    table[nearest].name);
}

/* Not by a beginning that was another's alone before there were several rooms:
 * fingers have learned it. */
static bool
gives_way(enum command_id id, size_t len)
{
	return len == 1 && (id == COMMAND_LEAVE || id == COMMAND_ROOMS);
}

static bool
is_exact(struct command *c, const char *word, size_t len, bool talks)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (is_there(&table[i], talks) &&
		    strlen(table[i].name) == len &&
		    memcmp(table[i].name, word, len) == 0) {
			c->id = table[i].id;
			return true;
		}
	return false;
}

/* How many begin so. */
static int
look_for(struct command *c, const char *word, size_t len, bool talks)
{
	size_t i;
	int found = 0;

	for (i = 0; i < ROWS; i++) {
		if (strncmp(table[i].name, word, len) != 0 ||
		    gives_way(table[i].id, len) || !is_there(&table[i], talks))
			continue;
		c->id = table[i].id;
		if (found++ > 0)
			strlcat(c->suggestion, " ", sizeof(c->suggestion));
		strlcat(c->suggestion, "/", sizeof(c->suggestion));
		strlcat(c->suggestion, table[i].name, sizeof(c->suggestion));
	}
	return found;
}

static void
look_up(struct command *c, const char *word, size_t len, bool talks)
{
	static const char query[] = "/quit /query";
	int found;

	if (is_exact(c, word, len, talks))
		return;
	found = look_for(c, word, len, talks && c->arg_len > 0);
	if (found == 0 && talks)
		found = look_for(c, word, len, true);
	if (found == 1 && talks && c->id == COMMAND_QUIT && c->arg_len > 0 &&
	    strncmp("query", word, len) == 0) {
		strlcpy(c->suggestion, query, sizeof(c->suggestion));
		found++;
	}
	if (found > 1)
		c->id = COMMAND_AMBIGUOUS;
	else if (found == 0)
		suggest(c, word, len, talks);
}

/* What stands behind it was meant for something. */
static void
check_words(struct command *c, bool talks)
{
	size_t i, len = c->arg_len;

	while (len > 0 && c->arg[len - 1] == ' ')
		len--;
	/* Elsewhere one says why one leaves; who does wants to leave. */
	if (len == 0 || c->id == COMMAND_QUIT)
		return;
	for (i = 0; i < ROWS; i++)
		if (table[i].id == c->id && table[i].arg == NULL &&
		    is_there(&table[i], talks)) {
			c->id = COMMAND_WORDY;
			snprintf(c->suggestion, sizeof(c->suggestion), "/%s",
			    table[i].name);
		}
}

static bool
is_word(const char *line, size_t len, const char *word)
{
	return len == strlen(word) && memcmp(line, word, len) == 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

const char *
command_trim(const char *text, size_t *len)
{
	const char *end = text + *len, *at;

	for (at = text; at < end && is_blank(*at); at++)
		if (*at == '\n')
			text = at + 1;
	for (at = end; at > text && is_blank(at[-1]); at--)
		if (at[-1] == '\n')
			end = at - 1;
	*len = (size_t)(end - text);
	return text;
}

struct command
command_parse(const char *line, size_t len, bool talks)
{
	struct command c = { .id = COMMAND_SAY, .arg = line, .arg_len = len };
	size_t word = 1;

	line = command_trim(line, &len);
	if (is_word(line, len, "quit")) {
		c.id = COMMAND_QUIT;
		return c;
	}
	if (is_word(line, len, " quit") ||
	    (len >= 2 && line[0] == '/' && line[1] == '/')) {
		c.arg = line + 1;
		c.arg_len = len - 1;
		return c;
	}
	if (len == 0 || line[0] != '/' || memchr(line, '\n', len) != NULL)
		return c;
	while (word < len && line[word] != ' ')
		word++;
	c.arg = line + word;
	c.arg_len = len - word;
	while (c.arg_len > 0 && *c.arg == ' ') {
		c.arg++;
		c.arg_len--;
	}
	if (word == 1)
		c.id = COMMAND_UNKNOWN;
	else if (!is_elsewhere(&c, line + 1, word - 1, talks)) {
		look_up(&c, line + 1, word - 1, talks);
		c.whispers = may_whisper(&c) && whispers(line + 1, word - 1);
		check_words(&c, talks);
	}
	return c;
}

bool
command_speaks(const char *line, size_t len)
{
	enum command_id id = command_parse(line, len, false).id;
	size_t i;

	if (id == COMMAND_SAY)
		return true;
	for (i = 0; i < ROWS; i++)
		if (table[i].id == id && table[i].speaks)
			return true;
	id = command_parse(line, len, true).id;
	return id == COMMAND_MSG || id == COMMAND_REPLY;
}

const char *
command_name(size_t i, bool talks)
{
	size_t row;

	for (row = 0; row < ROWS; row++)
		if (is_there(&table[row], talks) && i-- == 0)
			return table[row].name;
	return NULL;
}

const char *
command_help(char usage[COMMAND_USAGE_BYTES], size_t i, bool talks)
{
	size_t row;

	for (row = 0; row < ROWS; row++)
		if (table[row].does != NULL && is_there(&table[row], talks) &&
		    i-- == 0)
			break;
	if (row == ROWS)
		return NULL;
	snprintf(usage, COMMAND_USAGE_BYTES, "/%s%s%s", table[row].name,
	    table[row].arg != NULL ? " " : "",
	    table[row].arg != NULL ? _(table[row].arg) : "");
	return _(table[row].does);
}
