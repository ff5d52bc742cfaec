/*
 * The file of the settings. Used by the client's parent process. Never leaves
 * half a file: it is replaced whole; and never loses a line it does not know.
 */
#include "tui/settings/config.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/fingerprint.h"
#include "common/lang.h"
#include "common/text.h"
#include "tui/settings/options.h"
#include "tui/shared/store.h"

enum {
	FILE_BYTES = 1024 * 1024,	/* longest file */
	LINE_BYTES = 4096,		/* longest line, without its end */
	PATH_BYTES = 200		/* of a path, in an answer */
};

/* "FILE: why", after errno where why is NULL. */
static bool
refuse_file(const char *path, const char *reason, char why[CONFIG_WHY_BYTES])
{
	char shown[PATH_BYTES];

	if (reason == NULL)
		reason = strerror(errno);
	text_escape(shown, sizeof(shown), path, strlen(path));
	snprintf(why, CONFIG_WHY_BYTES, "%s: %s", shown, reason);
	return false;
}

/* The rest of an open file, to be freed; NULL with errno. */
static char *
read_all(int fd, size_t *len)
{
	char *text = malloc(FILE_BYTES + 1);
	int saved;
	ssize_t n;

	*len = 0;
	while (text != NULL && *len <= FILE_BYTES) {
		n = read(fd, text + *len, FILE_BYTES + 1 - *len);
		if (n == 0)
			return text;
		if (n > 0)
			*len += (size_t)n;
		else if (errno != EINTR)
			break;
	}
	saved = *len > FILE_BYTES ? EFBIG : errno;
	free(text);
	errno = saved;
	return NULL;
}

static char *
read_file(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved;
	char *text;

	if (fd == -1)
		return NULL;
	text = read_all(fd, len);
	saved = errno;
	close(fd);
	errno = saved;
	return text;
}

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
	r->is_general = strcmp(o->server, name) == 0;
	strlcpy(r->key, o->key, sizeof(r->key));
	strlcpy(o->section, name, sizeof(o->section));
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

	if (r->is_general && !r->has_key && strcmp(o->server, o->section) == 0)
		strlcpy(o->key, r->key, sizeof(o->key));
}

static const char *
begin_section(struct reading *r, const char *name, char why[CONFIG_WHY_BYTES])
{
	char clean[sizeof(r->named)];
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

static bool
take_lines(struct reading *r, const char *path, const char *text, size_t len,
    char why[CONFIG_WHY_BYTES])
{
	char shown[PATH_BYTES + 16], reason[CONFIG_WHY_BYTES];
	const char *flaw;
	size_t pos, end, number = 1;

	for (pos = 0; pos < len; pos = end + 1, number++) {
		end = line_end(text, len, pos);
		flaw = take_line(r, text + pos, end - pos, reason);
		if (flaw == NULL)
			continue;
		text_escape(shown, PATH_BYTES, path, strlen(path));
		snprintf(why, CONFIG_WHY_BYTES, "%s:%zu: ", shown, number);
		strlcat(why, flaw, CONFIG_WHY_BYTES);
		return false;
	}
	return true;
}

bool
config_read(struct options *o, const char *path, const char *section,
    bool must, char why[CONFIG_WHY_BYTES])
{
	size_t len;
	char *text = read_file(path, &len);
	struct reading *r = calloc(1, sizeof(*r));
	bool good = false;

	if (text == NULL)
		good = (!must && (errno == ENOENT || errno == ENOTDIR)) ||
		    refuse_file(path, NULL, why);
	else if (r == NULL)
		refuse_file(path, NULL, why);
	else {
		r->o = o;
		r->want = section;
		good = take_lines(r, path, text, len, why);
		leave_section(r);
	}
	free(r);
	free(text);
	return good;
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
struct search {
	const char	*word, *section;
	bool		 in_section, ours;	/* where the line is */
	struct place	 general, own;		/* the last of each */
	size_t		 body;		/* behind the last setting for all */
	size_t		 comment;	/* comments right above the line */
	size_t		 inside;	/* behind our section's first line */
};

static void
look_at(struct search *s, const char *text, size_t pos, size_t next)
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
	struct search s = { .word = word, .section = section };
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

/*
 * The file behind all links, and what it holds, to be freed. A link stays: it
 * is how people keep such files elsewhere. NULL with errno.
 */
static char *
open_target(const char *path, char target[PATH_MAX], size_t *len)
{
	struct stat st;

	*len = 0;
	if (realpath(path, target) != NULL) {
		if (stat(target, &st) == -1)
			return NULL;
		/* Only a file can be replaced; a pipe would block, too. */
		if (!S_ISREG(st.st_mode)) {
			errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
			return NULL;
		}
		return read_file(target, len);
	}
	if (errno != ENOENT)
		return NULL;
	if (lstat(path, &st) == 0) {	/* a link to nothing */
		errno = ENOENT;
		return NULL;
	}
	if (strlcpy(target, path, PATH_MAX) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	return calloc(1, 1);
}

static bool
save_line(const char *target, const char *text, size_t len, const char *word,
    const char *section, const char *value)
{
	char *whole = malloc(len + LINE_BYTES + 2);
	struct place p = find_place(text, len, word, section);
	size_t n = p.at, end;
	int saved;
	bool good;

	if (whole == NULL)
		return false;
	memcpy(whole, text, n);
	if (!p.found && n > 0 && whole[n - 1] != '\n')
		whole[n++] = '\n';
	/* Found, it stays as far in as it was. */
	for (end = p.at; end < p.end && is_blank(text[end]); end++)
		whole[n++] = text[end];
	n += write_line(whole + n, word, value);
	if (!p.found || p.end == len)
		whole[n++] = '\n';
	memcpy(whole + n, text + p.end, len - p.end);
	n += len - p.end;
	good = store_replace(target, whole, n);
	saved = errno;
	free(whole);
	errno = saved;
	return good;
}

bool
config_save(const struct options *o, const char *path, const char *word,
    char why[CONFIG_WHY_BYTES])
{
	char value[CONFIG_VALUE_BYTES], target[PATH_MAX];
	struct options scratch = *o;
	char *text;
	size_t len;
	bool good;

	/* A value that would not be read again must not get into the file. */
	if (!config_get(o, word, value) || !config_is_given(o, word))
		value[0] = '\0';
	if (!config_set(&scratch, word, value, why))
		return false;
	if (*path == '\0') {
		strlcpy(why, _("no home directory for the settings is known"),
		    CONFIG_WHY_BYTES);
		return false;
	}
	if ((text = open_target(path, target, &len)) == NULL)
		return refuse_file(path, NULL, why);
	good = save_line(target, text, len, word, o->section, value) ||
	    refuse_file(path, NULL, why);
	free(text);
	return good;
}
