/*
 * What the file of the settings says: its lines, and a line of it changed.
 * Pure; used by the client's parent process. Never loses a line it does not
 * know.
 */
#include "tui/settings/config_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"
#include "common/lang.h"
#include "common/text.h"
#include "tui/settings/options.h"

enum {
	LINE_BYTES = 4096		/* longest line, without its end */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Where the line that starts at pos ends: its newline or the end. */
static size_t
line_end(const char *text, size_t len, size_t pos)
{
	const char *end = memchr(text + pos, '\n', len - pos);

	return end != NULL ? (size_t)(end - text) : len;
}

/* The word that a line starts with; its length, 0 for none. */
static size_t
find_word(const char *line, size_t len, const char **word)
{
	size_t pos = 0, end;

	while (pos < len && is_blank(line[pos]))
		pos++;
	*word = line + pos;
	if (pos == len || line[pos] == '#')
		return 0;
	for (end = pos; end < len; end++)
		if (is_blank(line[end]) || line[end] == '=')
			break;
	return end - pos;
}

/* What is between quotes, in place: \" and \\ are the two. NULL, or what is
 * wrong. */
static const char *
unquote(char *value)
{
	const char *from = value + 1;
	char *to = value;

	for (; *from != '"'; from++) {
		if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
		if (*from == '\0')
			return _("a quote is not closed");
		*to++ = *from;
	}
	/* The caller has cut the blanks at the end. */
	if (from[1] != '\0')
		return _("something follows the closing quote");
	*to = '\0';
	return NULL;
}

/* A line, taken apart. */
struct parts {
	bool	 is_line;		/* neither empty nor a comment */
	bool	 is_alone;		/* the word: value is "" */
	char	 word[LINE_BYTES + 1];
	char	 line[LINE_BYTES + 1];
	char	*value;			/* in line */
};

/* NULL, or what is wrong. */
static const char *
split(struct parts *p, const char *text, size_t len)
{
	const char *start;
	size_t n;

	p->is_line = false;
	if (len > LINE_BYTES)
		return _("the line is longer than 4096 bytes");
	if (memchr(text, '\0', len) != NULL)
		return _("the line holds a NUL character");
	if (!text_valid(text, len))
		return _("the line is not UTF-8");
	while (len > 0 && is_blank(text[len - 1]))
		len--;
	memcpy(p->line, text, len);
	p->line[len] = '\0';
	n = find_word(p->line, len, &start);
	if (n == 0 && (*start == '\0' || *start == '#'))
		return NULL;
	memcpy(p->word, start, n);
	p->word[n] = '\0';
	p->is_line = true;
	p->value = p->line + (start - p->line) + n;
	p->value += strspn(p->value, " \t\r");
	if (*p->value == '=')
		p->value += 1 + strspn(p->value + 1, " \t\r");
	p->is_alone = *p->value == '\0';
	return *p->value == '"' ? unquote(p->value) : NULL;
}

/* A file being read. */
struct reading {
	struct options	*o;
	const char	*want;		/* the section that counts; NULL: that
					 * which the server's name is ... */
	char		 named[sizeof(((struct options *)NULL)->server)];
					/* ... here */
	bool		 elsewhere;	/* in a section that does not */
	bool		 is_general;	/* the section that counts is called
					 * as the general part's server, ... */
	char		 key[FINGERPRINT_TEXT];	/* ... whose key this is */
	bool		 has_key;	/* the section says one, or none */
	struct options	 other;		/* what that one says goes here */
	struct parts	 parts;
};

/* What says which server it is holds for the part that it stands in; but the
 * section of the very server that the general part names is no other one. */
static void
enter_section(struct reading *r, const char *name)
{
	struct options *o = r->o;

	if (o->section[0] != '\0')
		return;		/* it goes on */
	r->is_general = hosts_begin_with(o->server, name);
	strlcpy(r->key, o->key, sizeof(r->key));
	strlcpy(o->section, name, sizeof(o->section));
	/* It may be a list that this is the first of. */
	if (!r->is_general)
		strlcpy(o->server, name, sizeof(o->server));
	o->server_given = false;
	o->key[0] = '\0';
	o->host_here = false;
}

/* At the end it is known whether the section has a server or key of its own. */
static void
leave_section(struct reading *r)
{
	struct options *o = r->o;

	if (r->is_general && !r->has_key &&
	    hosts_begin_with(o->server, o->section))
		strlcpy(o->key, r->key, sizeof(o->key));
}

static const char *
begin_section(struct reading *r, const char *name, char why[CONFIG_WHY_BYTES])
{
	char clean[sizeof(r->o->section)];
	size_t len = strlen(name);

	if (len == 0 || len >= sizeof(clean) || strpbrk(name, " \t") != NULL ||
	    text_clean(clean, name, len, false) != len ||
	    memcmp(clean, name, len) != 0)
		return _("host begins a section and needs a name without "
		    "blanks");
	if (!config_check_host("host", name, why))
		return why;
	/* Until here it was the general part that said. */
	if (r->want == NULL) {
		strlcpy(r->named, r->o->host_here ? "" : r->o->server,
		    sizeof(r->named));
		r->named[strcspn(r->named, ",")] = '\0';
		r->want = r->named;
	}
	r->elsewhere = strcmp(name, r->want) != 0;
	if (r->elsewhere)
		r->other = *r->o;
	else
		enter_section(r, name);
	return NULL;
}

/* Sets what one line says; NULL, or what is wrong: a literal or in why. */
static const char *
take_line(struct reading *r, const char *text, size_t len,
    char why[CONFIG_WHY_BYTES])
{
	struct parts *p = &r->parts;
	const char *flaw = split(p, text, len);

	if (flaw != NULL || !p->is_line)
		return flaw;
	if (strcmp(p->word, "host") == 0)
		return begin_section(r, p->value, why);
	if (strcmp(p->word, "key") == 0 && !r->elsewhere)
		r->has_key = r->o->section[0] != '\0';
	return config_set(r->elsewhere ? &r->other : r->o, p->word,
	    p->is_alone ? NULL : p->value, why) ? NULL : why;
}

bool
config_text_read(struct options *o, const char *section,
    const struct config_text *text, size_t *number, char why[CONFIG_WHY_BYTES])
{
	struct reading *r = calloc(1, sizeof(*r));
	char reason[CONFIG_WHY_BYTES];
	const char *flaw = NULL;
	size_t pos, end;

	*number = 0;
	if (r == NULL)
		return false;
	r->o = o;
	r->want = section;
	for (pos = 0; pos < text->len && flaw == NULL; pos = end + 1) {
		end = line_end(text->bytes, text->len, pos);
		flaw = take_line(r, text->bytes + pos, end - pos, reason);
		++*number;
	}
	leave_section(r);
	free(r);
	if (flaw != NULL)
		strlcpy(why, flaw, CONFIG_WHY_BYTES);
	return flaw == NULL;
}

/* Where in a file a word stands, or would. */
struct place {
	size_t		 at, end;	/* the line, without its end */
	bool		 found;
};

/* Whether a line is "host NAME", and then whether of that name. */
static bool
is_host(const char *text, size_t len, const char *section, bool *ours)
{
	struct parts p;

	if (split(&p, text, len) != NULL || !p.is_line ||
	    strcmp(p.word, "host") != 0)
		return false;
	*ours = *section != '\0' && strcmp(p.value, section) == 0;
	return true;
}

/* What is looked for in a file, and what was found. */
struct scan {
	const char	*word, *section;
	bool		 in_section, ours;	/* where the line is */
	struct place	 general, own;		/* the last of each */
	size_t		 body;		/* behind the last setting for all */
	size_t		 comment;	/* comments right above the line */
	size_t		 inside;	/* behind our section's first line */
};

static void
look_at(struct scan *s, const char *text, size_t pos, size_t next)
{
	const char *start;
	size_t n;

	if (is_host(text + pos, next - pos, s->section, &s->ours)) {
		s->in_section = true;
		if (s->ours && s->inside == 0)
			s->inside = next;
		return;
	}
	n = find_word(text + pos, next - pos, &start);
	if (n == strlen(s->word) && memcmp(start, s->word, n) == 0) {
		if (s->in_section && s->ours)
			s->own = (struct place){ pos, next, true };
		else if (!s->in_section)
			s->general = (struct place){ pos, next, true };
	}
	if (s->in_section)
		return;
	if (n > 0)
		s->body = next;
	if (n > 0 || start == text + next)
		s->comment = next;
}

/*
 * The line of the word that counts: of the section, where it stands there, else
 * of the general part. Not found: where a new one goes, behind what is there of
 * its part.
 */
static struct place
find_place(const char *text, size_t len, const char *word,
    const char *section)
{
	struct scan s = { .word = word, .section = section };
	size_t pos, next, at;

	for (pos = 0; pos < len; pos = next + 1) {
		next = line_end(text, len, pos);
		look_at(&s, text, pos, next);
	}
	if (s.own.found)
		return s.own;
	/* These say which server it is, and hold for their part alone. */
	if (s.inside > 0 && (strcmp(word, "server") == 0 ||
	    strcmp(word, "key") == 0 || strcmp(word, "host-here") == 0))
		at = s.inside;
	else if (s.general.found)
		return s.general;
	else if (!s.in_section)
		at = len;
	else
		at = s.body > 0 ? s.body : s.comment;
	if (at > 0 && at < len)
		at++;		/* its newline */
	return (struct place){ at, at, false };
}

/* Writes a line without its end; in quotes where it would be read otherwise.
 * It fits: a value takes twice its bytes at most. */
static size_t
write_line(char line[LINE_BYTES], const char *word, const char *value)
{
	size_t n = (size_t)snprintf(line, LINE_BYTES, "%s ", word);
	size_t len = strlen(value);

	if (len > 0 && strchr("\"= ", value[0]) == NULL &&
	    value[len - 1] != ' ') {
		memcpy(line + n, value, len);
		return n + len;
	}
	line[n++] = '"';
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			line[n++] = '\\';
		line[n++] = *value;
	}
	line[n++] = '"';
	return n;
}
_Static_assert((int)LINE_BYTES > 2 * (int)CONFIG_VALUE_BYTES + 64,
    "any line fits");

bool
config_text_set(struct config_text *text, const char *section,
    const char *word, const char *value)
{
	struct place p = find_place(text->bytes, text->len, word, section);
	char *whole = malloc(text->len + LINE_BYTES + 2);
	size_t n = p.at, end;

	if (whole == NULL)
		return false;
	memcpy(whole, text->bytes, n);
	if (!p.found && n > 0 && whole[n - 1] != '\n')
		whole[n++] = '\n';
	/* Found, it stays as far in as it was. */
	for (end = p.at; end < p.end && is_blank(text->bytes[end]); end++)
		whole[n++] = text->bytes[end];
	n += write_line(whole + n, word, value);
	if (!p.found || p.end == text->len)
		whole[n++] = '\n';
	memcpy(whole + n, text->bytes + p.end, text->len - p.end);
	n += text->len - p.end;
	free(text->bytes);
	*text = (struct config_text){ whole, n };
	return true;
}
