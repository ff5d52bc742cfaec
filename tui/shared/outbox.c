/*
 * The outbox and its file. Runs in the receiver process. Never forgets a post
 * that was not acknowledged; the file shrinks when all of them are.
 */
#include "tui/shared/outbox_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"

bool
outbox_push(struct outbox *o, uint32_t counter, uint8_t kind, uint32_t flags,
    const char *text, size_t len)
{
	struct post *p;

	if (o->count == OUTBOX_POSTS) {
		errno = ENOBUFS;
		return false;
	}
	p = outbox_post_at(o, o->count);
	memset(p, 0, sizeof(*p));
	if ((p->text = malloc(len)) == NULL && len > 0)
		return false;
	memcpy(p->text, text, len);
	p->counter = counter;
	p->kind = kind;
	p->flags = flags;
	p->len = len;
	o->count++;
	o->next = counter + 1;
	return true;
}

void
outbox_pop(struct outbox *o)
{
	free(outbox_post_at(o, 0)->text);
	o->first = (o->first + 1) % OUTBOX_POSTS;
	o->count--;
	o->said = true;
	if (o->unsynced > o->count)
		o->unsynced = o->count;
}

void
outbox_draft_path(char dst[OUTBOX_DRAFT_BYTES], const struct outbox *o)
{
	snprintf(dst, OUTBOX_DRAFT_BYTES, "%s.new", o->path);
}

void
outbox_close(struct outbox *o)
{
	if (o == NULL)
		return;
	/* What was taken is said, now or the next time. */
	outbox_sync(o);
	while (o->posts != NULL && o->count > 0)
		outbox_pop(o);
	if (o->fd != -1)
		o->disk->close(o->disk->arg, o->fd);
	free(o->posts);
	free(o);
}

bool
outbox_is_damaged(const struct outbox *o)
{
	return o->damaged;
}

uint32_t
outbox_number(const struct outbox *o)
{
	return o->number;
}

const char *
outbox_path(const struct outbox *o)
{
	return o->path;
}

uint32_t
outbox_first(const struct outbox *o)
{
	return o->count > 0 ? outbox_post_at(o, 0)->counter : o->next;
}

uint32_t
outbox_last(const struct outbox *o)
{
	return o->next - 1;
}

size_t
outbox_count(const struct outbox *o)
{
	return o->count;
}

bool
outbox_add(struct outbox *o, const struct entry *pieces, size_t n,
    uint64_t tag)
{
	size_t i, before = o->count;
	uint32_t next = o->next;
	bool good = true;

	if (n == 0 || o->count + n > OUTBOX_POSTS) {
		errno = ENOBUFS;
		return false;
	}
	for (i = 0; i < n && good; i++)
		if ((good = outbox_push(o, next + (uint32_t)i,
		    (uint8_t)pieces[i].kind, pieces[i].flags, pieces[i].text,
		    pieces[i].text_len)))
			outbox_post_at(o, o->count - 1)->was = pieces[i].id;
	if (good) {
		outbox_post_at(o, o->count - 1)->tag = tag;
		if (o->disk != NULL)
			o->unsynced += n;
		return true;
	}
	while (o->count > before)
		free(outbox_post_at(o, --o->count)->text);
	o->next = next;
	return false;
}

size_t
outbox_unsynced(const struct outbox *o)
{
	return o->unsynced;
}

bool
outbox_take_back(struct outbox *o, struct outbox_post *post)
{
	if (o->unsynced == 0)
		return false;
	*post = outbox_get(o, o->count - 1);
	post->text = "";
	post->text_len = 0;
	free(outbox_post_at(o, --o->count)->text);
	o->unsynced--;
	o->next--;
	return true;
}

struct outbox_post
outbox_get(const struct outbox *o, size_t i)
{
	const struct post *p = outbox_post_at(o, i);
	struct outbox_post post = { p->counter, (enum entry_kind)p->kind,
	    p->flags, p->tag, p->sent, p->len, p->text };

	return post;
}

void
outbox_set_tag(struct outbox *o, size_t i, uint64_t tag)
{
	outbox_post_at(o, i)->tag = tag;
}

const struct past_mark *
outbox_mark(const struct outbox *o)
{
	return past_mark(&o->past);
}

const struct past *
outbox_past(const struct outbox *o)
{
	return &o->past;
}

static uint64_t
id_of(const struct outbox *o, const struct post *p)
{
	return (uint64_t)o->number << 32 | p->counter;
}

static bool
is_line(const struct outbox *o, size_t i, const struct entry *e,
    uint64_t origin)
{
	const struct post *p = outbox_post_at(o, i);

	return p->len == e->text_len && p->kind == (uint8_t)e->kind &&
	    memcmp(p->text, e->text, p->len) == 0 &&
	    past_origin(&o->past, id_of(o, p)) == origin;
}

/* Of a whole log each line is looked for: only where one moved are all that
 * wait looked through, any other would be in its counter's place. */
size_t
outbox_find(const struct outbox *o, const struct entry *e)
{
	uint64_t origin = past_origin(&o->past, e->id);
	size_t i = 0, end = o->count;

	if (!past_moved(&o->past, origin)) {
		i = (uint32_t)origin - outbox_first(o);
		end = i < end ? i + 1 : i;
	}
	for (; i < end; i++)
		if (is_line(o, i, e, origin))
			return i;
	return o->count;
}

bool
outbox_differs(const struct outbox *o, const struct entry *e)
{
	uint32_t i = (uint32_t)e->id - outbox_first(o);
	const struct post *p;

	if (e->id >> 32 != o->number || i >= o->count)
		return false;
	p = outbox_post_at(o, i);
	if (p->kind != (uint8_t)e->kind)
		return true;
	/* The room may have refused that name. */
	if (p->kind == ENTRY_RENAME && (e->flags & ENTRY_QUIET) != 0)
		return false;
	return p->len != e->text_len || memcmp(p->text, e->text, p->len) != 0;
}

bool
outbox_was_moved(const struct outbox *o, size_t i)
{
	uint64_t id = id_of(o, outbox_post_at(o, i));

	return past_origin(&o->past, id) != id;
}

void
outbox_set_sent(struct outbox *o, size_t i, size_t end)
{
	for (; i < end; i++)
		outbox_post_at(o, i)->sent = true;
}
