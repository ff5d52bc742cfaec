/*
 * Whether what the room has under our numbers is what we said. Files that were
 * put back, or copied, hand out numbers that the other copy has used: what it
 * said under them is not what waits here. By the words the two are told apart,
 * and what was not said goes out under a new number, in its order. Pure but for
 * the disk; runs in the receiver process.
 */
#include "tui/receiver/link_posted.h"

#include <sodium.h>
#include <string.h>

/* POSTED says so where nothing of an outbox is taken, whatever there is. */
static const uint32_t UNTOLD = UINT32_MAX;

enum {
	RENUMBER_MS = 1000,	/* between two numbers of the outbox */
	LOOKED_AT = 1 << 16	/* entries of the copy, the newest */
};

/* The copy is gone through, oldest first. */
struct comparing {
	uint32_t	 at;		/* the counter that is next */
	bool		 covered;	/* what is before it is in the copy */
	bool		 other;		/* at is not what we said */
	uint32_t	 anothers;	/* from there on; 0: none is known */
	char		 fold[TEXT_FOLD_BYTES];	/* what we were called last */
};

/* Nobody's yet. */
static uint32_t
random_number(struct link_room *lr)
{
	const struct link_out *out = &lr->link->out;
	uint32_t number;

	do
		out->random(out->arg, &number, sizeof(number));
	while (number == 0);
	return number;
}

/*
 * Of what waits under this number from that counter on. Where files are put
 * back more than once to the same copy, that is said once: it has this number
 * again, under which the room has it. Others do not guess it.
 */
static uint32_t
number_behind(const struct link_room *lr, uint32_t number, uint32_t counter)
{
	uint8_t bytes[4 + 4], hash[crypto_generichash_BYTES];
	struct wire_out out = wire_out(bytes, sizeof(bytes));
	struct wire_in in = wire_in(hash, sizeof(hash));

	wire_put_u32(&out, number);
	wire_put_u32(&out, counter);
	crypto_generichash(hash, sizeof(hash), bytes, out.len,
	    lr->link->config.identity.secret, NOISE_KEY);
	number = wire_get_u32(&in);
	return number == 0 ? 1 : number;
}

static bool
is_same_name(const char *fold, const char *name, size_t len)
{
	char other[TEXT_FOLD_BYTES];

	return text_fold(other, name, len) > 0 && strcmp(fold, other) == 0;
}

/* Has the outbox been said under that name, or will it be? */
static bool
is_name_of_outbox(const struct link_room *lr, const char *fold)
{
	const struct outbox *o = lr->posting.outbox;
	const char *names = outbox_names(o);
	struct outbox_post post;
	size_t len, i;

	for (; *names != '\0'; names += len + (names[len] == ' ')) {
		len = strcspn(names, " ");
		if (is_same_name(fold, names, len))
			return true;
	}
	for (i = 0; i < outbox_count(o); i++) {
		post = outbox_get(o, i);
		if (post.kind == ENTRY_RENAME &&
		    is_same_name(fold, post.text, post.text_len))
			return true;
	}
	return false;
}

/* Numbers are no secret: the author must be us, by any of our names, as the
 * room sees it. */
static bool
is_ours(const struct link_room *lr, const struct comparing *c,
    const struct entry *e)
{
	const struct link_naming *n = &lr->naming;
	char fold[TEXT_FOLD_BYTES];

	if (text_fold(fold, e->author, e->author_len) == 0)
		return false;
	return strcmp(fold, c->fold) == 0 ||
	    is_same_name(fold, n->name, n->len) ||
	    is_same_name(fold, n->base, n->base_len) ||
	    is_name_of_outbox(lr, fold);
}

static void
follow(struct comparing *c, const struct entry *e)
{
	if (e->kind == ENTRY_RENAME && (e->flags & ENTRY_QUIET) == 0)
		text_fold(c->fold, e->text, e->text_len);
}

/* Of an outbox the log has one behind the other. */
static void
compare(struct link_room *lr, struct comparing *c, const struct entry *e)
{
	uint32_t counter = (uint32_t)e->id;

	if (e->id >> 32 != outbox_number(lr->posting.outbox))
		return;
	if (!is_ours(lr, c, e)) {
		if (counter >= c->at && (c->anothers == 0 ||
		    counter < c->anothers))
			c->anothers = counter;
		return;
	}
	follow(c, e);
	if (counter >= c->at) {
		/* What is older than the copy may be there. */
		c->other = (counter > c->at && c->covered) ||
		    outbox_differs(lr->posting.outbox, e);
		if (counter > c->at && c->covered)
			return;
		c->at = counter + !c->other;
	}
	c->covered = true;
}

/* From where on the copy is looked through. */
static uint64_t
first_looked_at(const struct replica *r)
{
	return r->at.seq > LOOKED_AT && r->first < r->at.seq - LOOKED_AT ?
	    r->at.seq - LOOKED_AT : r->first;
}

/* Marks the message whose last piece that is. False: it is not what waits, nor
 * is what came of it. */
static bool
note_there(struct link_room *lr, const struct comparing *c,
    const struct entry *e, bool *there)
{
	const struct outbox *o = lr->posting.outbox;
	size_t i = (uint32_t)e->id - outbox_first(o), n;

	if ((uint32_t)e->id < c->at)
		return true;
	if (i >= outbox_count(o) || !outbox_get(o, i).sent ||
	    outbox_differs(o, e))
		return false;
	if (entry_more(e->flags) > 0)
		return true;
	for (n = 0; n <= entry_index(e->flags) && n <= i; n++)
		there[i - n] = true;
	return true;
}

/*
 * An outbox is said in order: where one is missing that is because these files
 * took it back, by a mute or by hand, before they were put back to what they
 * are. What they said behind it is there all the same.
 */
static void
find_there(struct link_room *lr, bool *there)
{
	const struct replica *r = &lr->log.replica;
	uint32_t number = outbox_number(lr->posting.outbox);
	struct comparing c = { .at = outbox_first(lr->posting.outbox) };
	uint64_t seq = first_looked_at(r);
	bool goes_on = true;
	struct entry e;

	for (; goes_on && seq <= r->at.seq && link_read_stored(lr, seq, &e);
	    seq++)
		if (e.id >> 32 == number && is_ours(lr, &c, &e)) {
			follow(&c, &e);
			goes_on = note_there(lr, &c, &e, there);
		}
}

/* Those were said, whatever the others are. */
static void
tell_there(struct link_room *lr, const bool *there)
{
	struct record r = { .type = RECORD_POSTED };
	struct outbox *o = lr->posting.outbox;
	size_t i;

	for (i = 0; i < outbox_count(o); i++) {
		r.id = outbox_get(o, i).tag;
		if (!there[i] || r.id == 0)
			continue;
		outbox_set_tag(o, i, 0);
		link_tell(lr, &r);
	}
}

/* An outbox that the room knows other than we do: what waits goes out under a
 * new number. What is below `taken` was never said under the old one, but what
 * is there. */
static void
renumber(struct link_room *lr, uint32_t number, uint32_t taken)
{
	bool there[OUTBOX_POSTS] = { false };
	struct link_posting *p = &lr->posting;

	p->renumber_due = lr->link->now + RENUMBER_MS;
	link_keep_posts(lr);
	outbox_acknowledged(p->outbox, p->next);
	if (taken == 0)
		link_forget_stored(lr);
	else
		find_there(lr, there);
	p->next = p->stored_next = 0;
	tell_there(lr, there);
	if (!outbox_renumber_rest(p->outbox, number, taken, there))
		return;
	p->claimed = p->other = 0;
	link_tell_counter(lr);
	link_know_said(lr);
	link_want_name(lr, lr->naming.name, lr->naming.len);
	p->renumbered = true;
	link_renew(lr);
}

void
link_take_posted(struct link_room *lr, const struct frame *f)
{
	struct link_posting *p = &lr->posting;
	uint32_t next = (uint32_t)f->id;
	uint32_t first = outbox_first(p->outbox);
	uint32_t end = first + (uint32_t)outbox_count(p->outbox);
	bool fresh = !p->seen, earlier = !p->heard;

	if (f->id >> 32 != outbox_number(p->outbox))
		return;
	p->seen = p->heard = true;
	p->is_new |= earlier && p->sent_up_to + 1 < end;
	if (fresh && next < first) {
		if (lr->link->now >= p->renumber_due)
			renumber(lr, random_number(lr), 0);
		return;
	}
	if (next <= first || next <= p->next)
		return;
	p->seq = f->seq;
	/* Who says it in this session is we. Before it others may have. */
	if (earlier || p->claimed != 0 || next > end) {
		p->claimed = next;
		return;
	}
	link_note_posted(lr, next);
	link_acknowledge(lr);
}

/* The first below `next` that is not known to be in the room as what it is;
 * next: all are. */
static uint32_t
first_other(struct link_room *lr, uint32_t next)
{
	const struct replica *r = &lr->log.replica;
	const struct outbox *o = lr->posting.outbox;
	size_t i = link_first_waiting(lr);
	uint32_t first = outbox_first(o) + (uint32_t)i;
	struct comparing c = { .at = first };
	uint64_t seq = first_looked_at(r);
	struct entry e;

	c.covered = seq <= 1;
	for (; c.at < next && !c.other && seq <= r->at.seq &&
	    link_read_stored(lr, seq, &e); seq++)
		compare(lr, &c, &e);
	/* What nothing of ours is near to is older than the copy, and one that
	 * is not there, or not to its end, proves nothing, but where the room
	 * does not tell either; or somebody else has counted on, under a name
	 * that we had and nobody owns. */
	if (c.at < next && !c.other && (!c.covered || seq <= r->at.seq) &&
	    lr->posting.claimed != UNTOLD)
		c.at = c.anothers != 0 && c.anothers < next ? c.anothers :
		    next;
	/* What was never sent is nowhere. */
	for (; i < outbox_count(o) && first < c.at; i++, first++)
		if (!outbox_get(o, i).sent)
			return first;
	return c.at < next ? c.at : next;
}

/* Where nothing waits there is nothing to be known again, and no number that
 * another copy may have counted on from. */
static uint32_t
next_number(struct link_room *lr)
{
	return link_waiting(lr) == 0 ? random_number(lr) :
	    number_behind(lr, outbox_number(lr->posting.outbox),
	    lr->posting.other);
}

/* All that is said is known, and what waits is not: from p->other on. */
static void
part(struct link_room *lr)
{
	struct link_posting *p = &lr->posting;
	const struct outbox *o = p->outbox;
	uint32_t i = p->other - outbox_first(o);

	/* A message that was begun is said again whole. */
	if (i < outbox_count(o))
		p->other -= entry_index(outbox_get(o, i).flags);
	if (p->other > outbox_first(o) && p->other > p->next)
		link_note_posted(lr, p->other);
	p->next = p->other;
	/* What differs is in the copy, and so is what came of it since. */
	renumber(lr, next_number(lr), p->claimed);
}

/* In a talk the other side counts: what was not said must not seem to be
 * missing. */
static void
mend_hole(struct link_room *lr)
{
	struct link_posting *p = &lr->posting;

	if (!p->holed || p->claimed != 0 || p->other != 0 ||
	    lr->link->now < p->renumber_due)
		return;
	p->holed = false;
	renumber(lr, link_waiting(lr) == 0 ? random_number(lr) :
	    number_behind(lr, outbox_number(p->outbox),
	    outbox_first(p->outbox)), 0);
}

void
link_compare_tick(struct link_room *lr)
{
	struct link_posting *p = &lr->posting;
	uint32_t next, end;

	mend_hole(lr);
	if ((p->claimed == 0 && p->other == 0) || !lr->link->channel.live ||
	    !lr->log.settled || lr->log.replica.at.seq < p->seq ||
	    (lr->syncing.wants & LINK_WANTS_NAME) ||
	    lr->link->now < p->renumber_due)
		return;
	end = outbox_first(p->outbox) + (uint32_t)outbox_count(p->outbox);
	next = first_other(lr, p->claimed < end ? p->claimed : end);
	if (p->other == 0 || p->other > next)
		p->other = next;
	if (p->other < p->claimed) {
		part(lr);
		return;
	}
	p->claimed = p->other = 0;
	link_note_posted(lr, next);
	link_acknowledge(lr);
}
