/*
 * Own lines, by the names that the screen has for them. Pure but for the disk;
 * runs in the receiver process.
 */
#include "tui/receiver/link_room.h"

void
link_tell_counter(struct link_room *lr)
{
	struct record r = { .type = RECORD_STORED,
	    .flags = outbox_last(link_typed_into(lr)) };

	link_tell(lr, &r);
}

/* A room that keeps little forgot them before they were here. */
void
link_tell_passed(struct link_room *lr, uint32_t below)
{
	struct record r = { .type = RECORD_POSTED, .flags = RECORD_PASSED };

	while ((r.id = said_take_safe(&lr->said, below)) != 0)
		link_tell(lr, &r);
}

/* The tag of an own line that came back as an entry; 0: not known. */
uint64_t
link_tag_of(struct link_room *lr, const struct entry *e)
{
	const struct outbox *o = lr->posting.outbox;
	uint32_t counter = (uint32_t)e->id;
	size_t i;

	if (o == NULL || !link_is_own_name(lr, e->author, e->author_len))
		return 0;
	if ((i = outbox_find(o, e)) < outbox_count(o))
		counter = outbox_get(o, i).counter;
	else if (e->id >> 32 != outbox_number(o) || outbox_differs(o, e))
		return 0;
	link_tell_passed(lr, counter);
	return said_take(&lr->said, counter);
}

void
link_know_said(struct link_room *lr)
{
	const struct outbox *o = lr->posting.outbox;
	struct outbox_post p;
	size_t i;

	said_clear(&lr->said);
	for (i = 0; i < outbox_count(o); i++) {
		p = outbox_get(o, i);
		if (p.tag != 0)
			said_add(&lr->said, p.counter, p.tag);
	}
}

uint64_t
link_earlier_tag(unsigned box, uint32_t counter)
{
	return RECORD_EARLIER | (uint64_t)box << 32 | counter;
}

/* It is known by that to the screen; false: that is no line. */
static bool
know_earlier(struct link_room *lr, const struct link_box *box, size_t i)
{
	struct outbox_post p = outbox_get(box->outbox, i);
	uint64_t tag = link_earlier_tag(box->number, p.counter);

	if (p.kind == ENTRY_RENAME || entry_role(p.flags) == ENTRY_RULE)
		return false;
	outbox_set_tag(box->outbox, i, tag);
	if (box->outbox == lr->posting.outbox)
		said_add(&lr->said, p.counter, tag);
	return true;
}

static void
tell_pending(struct link_room *lr, const struct outbox *o, size_t i)
{
	struct outbox_post p = outbox_get(o, i);
	struct record r = { .type = RECORD_PENDING, .id = p.tag,
	    .kind = p.kind, .flags = p.flags, .text = p.text,
	    .text_len = p.text_len };

	link_tell(lr, &r);
}

void
link_tell_pending(struct link_room *lr, const struct link_box *box, size_t from)
{
	for (; from < outbox_count(box->outbox); from++)
		if (know_earlier(lr, box, from))
			tell_pending(lr, box->outbox, from);
}

void
link_tell_again(struct link_room *lr, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		tell_pending(lr, lr->posting.outbox, i);
}
