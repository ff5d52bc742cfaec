/*
 * Writing the outbox's file anew: what takes its place is whole, or it stays.
 * Runs in the receiver process.
 */
#include "tui/shared/outbox_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/disk.h"

enum { LONG_BYTES = 1 << 16 };	/* then what is said is dropped */

/* Below which counter all is acknowledged, and what is known of before. */
static bool
write_past(struct outbox *o, uint32_t first)
{
	uint8_t record[4 * OUTBOX_RECORD], bytes[TEXT_LINE_BYTES];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	const char *text = (const char *)bytes;
	size_t len;

	len = outbox_put_record(record, first, OUTBOX_ACKNOWLEDGED, 0, NULL,
	    0);
	if (o->past.numbers > 1 || outbox_mark(o)->keep != UINT64_MAX) {
		past_put_numbers(&o->past, &out);
		len += outbox_put_record(record + len, first,
		    OUTBOX_ACKNOWLEDGED, OUTBOX_NUMBERS, text, out.len);
	}
	if (o->past.moves > 0) {
		out.len = 0;
		past_put_moves(&o->past, &out);
		len += outbox_put_record(record + len, first,
		    OUTBOX_ACKNOWLEDGED, OUTBOX_MOVES, text, out.len);
	}
	if (o->names[0] != '\0')
		len += outbox_put_record(record + len, first,
		    OUTBOX_ACKNOWLEDGED, OUTBOX_SAID_AS, o->names,
		    strlen(o->names));
	return outbox_write_end(o, record, len);
}

/* All that waits, in a file of its own, with counters from `first` on; false:
 * errno. */
static bool
write_draft(struct outbox *draft, const char *path, uint32_t first)
{
	const struct disk *d = draft->disk;

	draft->fd = d->open(d->arg, path, true);
	return draft->fd != -1 &&
	    d->truncate(d->arg, draft->fd, 0) == 0 &&
	    outbox_write_header(draft) && write_past(draft, first) &&
	    outbox_write_posts(draft, 0, first) &&
	    d->sync(d->arg, draft->fd) == 0;
}

static uint64_t
id_at(uint32_t number, uint32_t counter)
{
	return (uint64_t)number << 32 | counter;
}

/*
 * Its file is written anew, with that number, counters from first on and all
 * that waits but the newest n. False with errno: it is as it was.
 */
static bool
rewrite(struct outbox *o, uint32_t number, uint32_t first, size_t n)
{
	const struct disk *d = o->disk;
	struct outbox draft = *o;
	char path[OUTBOX_DRAFT_BYTES];
	int saved;

	draft.number = number;
	draft.count -= n;
	past_trim(&draft.past, id_at(number, first + (uint32_t)draft.count));
	outbox_draft_path(path, o);
	if (write_draft(&draft, path, first) &&
	    d->rename(d->arg, path, o->path) == 0) {
		/* From here on the other one is nothing's: whether or not the
		 * name lasts, lines go to where it leads. */
		draft.named = disk_sync_parent(d, o->path);
		d->close(d->arg, o->fd);
		draft.count += n;
		draft.said = false;
		*o = draft;
		o->synced = o->size;
		o->unsynced = 0;
		return true;
	}
	saved = errno;
	if (draft.fd != -1)
		d->close(d->arg, draft.fd);
	d->remove(d->arg, path);
	errno = saved;
	return false;
}

bool
outbox_follow(struct outbox *o, const struct outbox *former)
{
	struct past before = o->past;
	char names[OUTBOX_NAMES_BYTES];

	memcpy(names, o->names, sizeof(names));
	past_join(&o->past, &former->past);
	outbox_join_names(o, former);
	if (o->disk == NULL ||
	    rewrite(o, o->number, outbox_first(o), 0))
		return true;
	o->past = before;
	memcpy(o->names, names, sizeof(names));
	return false;
}

bool
outbox_replace(struct outbox *o, const struct outbox *former)
{
	/* That its lines are said is worth more than what it could know. */
	outbox_follow(o, former);
	if (o->disk == NULL || former->disk == NULL)
		return true;
	if (o->disk->rename(o->disk->arg, o->path, former->path) == -1)
		return false;
	strlcpy(o->path, former->path, sizeof(o->path));
	/* Where that does not last, it is as it was before. */
	o->named = disk_sync_parent(o->disk, o->path);
	return true;
}

bool
outbox_move(struct outbox *o, const char *path)
{
	char from[OUTBOX_NAME_BYTES];

	if (o->disk == NULL)
		return true;
	if (strlen(path) >= sizeof(o->path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(from, o->path, sizeof(from));
	if (o->disk->rename(o->disk->arg, from, path) == -1)
		return false;
	strlcpy(o->path, path, sizeof(o->path));
	/* Where that does not last it is as it was. */
	o->named = disk_sync_parent(o->disk, path) &&
	    disk_sync_parent(o->disk, from);
	return true;
}

/* Each of them has a counter that is new, and is what it was before. */
static void
count_anew(struct outbox *all)
{
	struct post *p;
	size_t i;

	for (i = 0; i < all->count; i++) {
		p = outbox_post_at(all, i);
		if (p->was != 0)
			past_move(&all->past, p->was,
			    id_at(all->number, all->next));
		p->counter = all->next++;
	}
}

/* The posts from i to before end go behind those that are there. */
static void
append(struct outbox *all, const struct outbox *o, size_t i, size_t end)
{
	struct post *p;

	for (; i < end; i++) {
		p = outbox_post_at(all, all->count++);
		*p = *outbox_post_at(o, i);
		p->was = id_at(o->number, p->counter);
	}
}

static void
keep_rest(struct outbox *all, const struct outbox *o, const bool *there)
{
	size_t i;

	for (i = 0; i < o->count; i++)
		if (there == NULL || !there[i])
			append(all, o, i, i + 1);
}

/* Of its new number. */
static void
count_from_one(struct outbox *all, uint32_t taken)
{
	struct post *p;
	uint32_t i;

	for (i = 0; i < all->count; i++) {
		p = outbox_post_at(all, i);
		if (p->counter >= taken)
			past_move(&all->past, p->was, id_at(all->number,
			    1 + i));
		/* What was said in this run went out under the old one. */
		p->sent &= p->earlier || p->counter >= taken;
		p->counter = 1 + i;
	}
	all->next = 1 + (uint32_t)all->count;
}

bool
outbox_renumber_rest(struct outbox *o, uint32_t random, uint32_t taken,
    const bool *there)
{
	struct outbox all = *o;
	size_t i;

	all.posts = calloc(OUTBOX_POSTS, sizeof(*all.posts));
	if (all.posts == NULL)
		return false;
	all.first = all.count = 0;
	keep_rest(&all, o, there);
	all.number = random;
	count_from_one(&all, taken);
	past_number(&all.past, random);
	if (o->disk != NULL && !rewrite(&all, random, 1, 0)) {
		free(all.posts);
		return false;
	}
	for (i = 0; i < o->count; i++)
		if (there != NULL && there[i])
			free(outbox_post_at(o, i)->text);
	free(o->posts);
	*o = all;
	return true;
}

bool
outbox_renumber(struct outbox *o, uint32_t random, uint32_t taken)
{
	return outbox_renumber_rest(o, random, taken, NULL);
}

bool
outbox_put_before(struct outbox *o, struct outbox *lost,
    const struct past_mark *mark)
{
	struct outbox all = *o;
	size_t i;

	if (lost->count + o->count > OUTBOX_POSTS) {
		errno = ENOBUFS;
		return false;
	}
	all.posts = lost->posts;
	all.first = lost->first;
	all.count = lost->count;
	past_set_mark(&all.past, mark);
	for (i = 0; i < all.count; i++)
		outbox_post_at(&all, i)->earlier = true;
	append(&all, o, 0, o->count);
	count_anew(&all);
	if (o->disk != NULL && !rewrite(&all, o->number, o->next, 0))
		return false;
	lost->posts = o->posts;
	lost->count = 0;
	*o = all;
	return true;
}

bool
outbox_remove(struct outbox *o, size_t i, size_t n)
{
	struct outbox all = *o;

	all.posts = calloc(OUTBOX_POSTS, sizeof(*all.posts));
	if (all.posts == NULL)
		return false;
	all.first = all.count = 0;
	append(&all, o, 0, i);
	append(&all, o, i + n, o->count);
	count_anew(&all);
	if (o->disk != NULL && !rewrite(&all, o->number, o->next, 0)) {
		free(all.posts);
		return false;
	}
	for (; n > 0; n--)
		free(outbox_post_at(o, i++)->text);
	free(o->posts);
	*o = all;
	return true;
}

bool
outbox_mend(struct outbox *o)
{
	uint32_t first = outbox_first(o);
	size_t i;

	for (i = 0; i < o->count; i++)
		if (outbox_post_at(o, i)->counter != first + i)
			return outbox_remove(o, 0, 0);
	return rewrite(o, o->number, first, 0);
}

static void
pop_newest(struct outbox *o, size_t n)
{
	for (; n > 0; n--) {
		free(outbox_post_at(o, --o->count)->text);
		o->next--;
	}
}

bool
outbox_withdraw(struct outbox *o, size_t n)
{
	if (o->disk != NULL &&
	    !rewrite(o, o->number, outbox_first(o), n))
		return false;
	pop_newest(o, n);
	return true;
}

bool
outbox_empty(struct outbox *o)
{
	const struct disk *d = o->disk;

	if (outbox_withdraw(o, o->count))
		return true;
	if (d->truncate(d->arg, o->fd, OUTBOX_HEADER) == -1)
		return false;
	/* Where that does not last it is as it was. */
	d->sync(d->arg, o->fd);
	o->size = o->synced = OUTBOX_HEADER;
	o->junk = false;
	o->unsynced = 0;
	pop_newest(o, o->count);
	return true;
}

void
outbox_acknowledged(struct outbox *o, uint32_t counter)
{
	uint8_t record[OUTBOX_RECORD];
	size_t len;

	if (counter > o->next || outbox_first(o) >= counter)
		return;
	while (o->count > 0 && outbox_post_at(o, 0)->counter < counter)
		outbox_pop(o);
	/* Where this is lost, the room knows all the same. */
	if (o->disk != NULL && o->count == 0 && o->size > LONG_BYTES &&
	    rewrite(o, o->number, o->next, 0))
		return;
	len = outbox_put_record(record, counter, OUTBOX_ACKNOWLEDGED, 0, NULL,
	    0);
	outbox_write_end(o, record, len);
}

bool
outbox_has_said(const struct outbox *o)
{
	return o->disk != NULL && o->said;
}

void
outbox_forget_said(struct outbox *o)
{
	if (outbox_has_said(o) && o->unsynced == 0)
		rewrite(o, o->number, outbox_first(o), 0);
}

void
outbox_give_up(struct outbox *o, uint32_t counter)
{
	outbox_acknowledged(o, counter);
	/* Nobody else remembers it: without this it would be said after all. */
	if (!outbox_sync_end(o))
		rewrite(o, o->number, outbox_first(o), 0);
}
