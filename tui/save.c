/*
 * The chat as a text file. Parent process; writes only files that were not
 * there before.
 */
#include "tui/save.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/lang.h"
#include "tui/files.h"
#include "tui/text/history.h"

static void
write_text(FILE *f, const char *text, size_t len)
{
	for (; len > 0; len--, text++) {
		if (text_is_tab(text, len)) {
			putc('\t', f);
			text += TEXT_TAB_BYTES - 1;
			len -= TEXT_TAB_BYTES - 1;
			continue;
		}
		putc(*text, f);
		if (*text == '\n')
			fputs("    ", f);
	}
}

static void
write_line(FILE *f, const struct history_line *line)
{
	const struct entry *e = &line->entry;
	time_t t = (time_t)(e->time_ms / 1000);
	struct tm tm;
	char when[32] = "";

	if (localtime_r(&t, &tm) != NULL)
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	fputs(when, f);
	if (line->marks & HISTORY_LOST)
		fputs(" ×", f);
	/* It was never said in the room; nobody else has it. */
	else if ((line->marks & (HISTORY_REFUSED | HISTORY_LOCAL)) ==
	    HISTORY_REFUSED)
		fputs(" !", f);
	if (e->kind == ENTRY_SAY || e->kind == ENTRY_PART)
		fprintf(f, " %.*s:", (int)e->author_len, e->author);
	else if (e->kind == ENTRY_ANNOUNCE && !(line->marks & HISTORY_LOCAL))
		fprintf(f, " [%s]", entry_is_rule(e) ? _("§ Admin") :
		    _("Admin"));
	else
		fputs(" *", f);
	putc(' ', f);
	write_text(f, e->text, e->text_len);
	putc('\n', f);
}

static FILE *
create(const char *full)
{
	int fd = open(full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "w");

	if (f == NULL && fd != -1)
		close(fd);
	return f;
}

int64_t
save_chat(const char *path, struct history *h, char *why, size_t size)
{
	char full[PATH_MAX];
	struct history_line line;
	uint64_t i;
	int64_t n = 0;
	FILE *f = NULL;

	if (!files_expand(full, path) || (f = create(full)) == NULL) {
		snprintf(why, size, "%s: %s", path, errno == EEXIST ?
		    _("is there already; it was not touched") :
		    strerror(errno));
		return -1;
	}
	for (i = history_first(h); i < history_end(h); i++) {
		line = history_get(h, i);
		write_line(f, &line);
		n++;
	}
	if (ferror(f) | fclose(f)) {
		snprintf(why, size, "%s: %s", path, strerror(errno));
		unlink(full);
		return -1;
	}
	return n;
}
