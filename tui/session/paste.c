/*
 * Gathering a paste. Pure; used by the client's parent process.
 */
#include "tui/session/paste.h"

#include <stdlib.h>
#include <string.h>

#include "tui/session/key.h"
#include "tui/text/edit.h"

static void
wait_for_more(struct paste *p, int64_t now)
{
	p->due = now + (p->burst ? PASTE_BURST_MS : PASTE_MS);
}

void
paste_open(struct paste *p, int64_t now)
{
	p->open = true;
	wait_for_more(p, now);
}

void
paste_open_burst(struct paste *p, int64_t now)
{
	p->burst = true;
	paste_open(p, now);
}

void
paste_close(struct paste *p)
{
	p->open = false;
	/* A line's end behind it is left out. */
	if (p->len > 0 && p->text[p->len - 1] == '\n')
		p->len--;
}

static void
add(struct paste *p, const char *text, size_t len)
{
	char *grown;

	/* One byte over what the editor takes, and a line's end that may be
	 * left out behind it: it will refuse it whole. */
	if (p->len + len > EDIT_BYTES + 2)
		len = EDIT_BYTES + 2 - p->len;
	if (len == 0)
		return;
	if (p->len + len > p->cap) {
		grown = recallocarray(p->text, p->cap, p->cap * 2 + 256, 1);
		if (grown == NULL)
			return;
		p->text = grown;
		p->cap = p->cap * 2 + 256;
	}
	memcpy(p->text + p->len, text, len);
	p->len += len;
}

bool
paste_key(struct paste *p, int64_t now, const struct key *k)
{
	if (k->code == KEYC_PASTE_END) {
		paste_close(p);
		return true;
	}
	wait_for_more(p, now);
	/* CR LF, one after the other, is one line's end. */
	if (k->code == '\n' && p->was_cr)
		;
	else if (k->code == '\r' || k->code == '\n')
		add(p, "\n", 1);
	else if (k->code == '\t')
		add(p, "\t", 1);
	else
		add(p, k->text, k->len);
	p->was_cr = k->code == '\r';
	return false;
}

void
paste_clear(struct paste *p)
{
	free(p->text);
	memset(p, 0, sizeof(*p));
}
