/*
 * What the user says: kept, sent, sent again until it is acknowledged, known
 * again when it comes in the log. Pure but for the disk; runs in the receiver
 * process.
 */
#include "tui/receiver/link_parts.h"
#include "tui/receiver/link_pinned.h"

#include <errno.h>
#include <string.h>

#include "common/frame_put.h"
#include "common/pieces.h"

enum {
	POST_DATAGRAMS = 16,		/* at once */
	POST_AGAIN = 16,		/* and again: a whole long message */
	POST_AHEAD = 512,		/* counters sent beyond the oldest */
	COPY_MS = 15,			/* from one to its copy, where so ... */
	COPY_PERMILLE = 50		/* ... many are lost */
};

/* Behind the first name that is asked for; 0: all may go. */
static uint32_t
named(const struct link_room *lr)
{
	const struct link_called *c = &lr->link->called;
	unsigned i = 0;

	while (i < c->wanted_n && lr->posting.named[i] == 0)
		i++;
	return i < c->wanted_n ? lr->posting.named[i] : 0;
}

/* What is said behind a name that is asked for waits for the answer. */
static size_t
named_end(const struct link_room *lr, size_t count)
{
	const struct link *l = lr->link;
	uint32_t first = outbox_first(lr->posting.outbox);
	uint32_t end = named(lr);

	if (end == 0 || l->leaving.begun || !l->hall.many)
		return count;
	if (end <= first)
		return 0;
	return end - first < count ? end - first : count;
}

/* Behind the posts that may be sent, which are on the disk. Till it is heard
 * what the room has under our numbers that is the oldest message: those behind
 * it may be others' in part, and the rest would be said before them. */
static size_t
sent_end(const struct link_room *lr)
{
	const struct outbox *o = lr->posting.outbox;
	size_t count = named_end(lr, outbox_count(o) - outbox_unsynced(o));
	size_t i = link_first_waiting(lr);

	if (lr->posting.heard || i >= count)
		return count;
	i += 1 + entry_more(outbox_get(o, i).flags);
	return i < count ? i : count;
}

/* Fills one POST frame from post i to before end; how many it took. */
static size_t
put_posts(const struct link_room *lr, struct wire_out *out, size_t i,
    size_t end)
{
	const struct outbox *o = lr->posting.outbox;
	size_t begun = frame_begin(out, FRAME_POST), count_at = out->len;
	size_t n = 0, before;
	char sealed[TEXT_LINE_BYTES];
	struct outbox_post p;
	struct frame_post f;

	wire_put_u8(out, 0);
	for (; i < end && n < 127; i++, n++) {
		p = outbox_get(o, i);
		f.id = (uint64_t)outbox_number(o) << 32 | p.counter;
		f.kind = p.kind;
		f.flags = p.flags;
		f.text = p.text;
		f.text_len = p.text_len;
		if (lr->talk != NULL && !link_seal(lr, &f, sealed))
			break;
		before = out->len;
		frame_put_post(out, &f);
		if (out->failed) {
			out->failed = false;
			out->len = before;
			break;
		}
	}
	out->base[count_at] = (uint8_t)n;
	frame_end(out, begun);
	return n;
}

/* Where in the outbox sending goes on: where all that waits does not fit in a
 * datagram, behind what was sent already. */
static size_t
send_from(const struct link_room *lr, bool again)
{
	uint8_t frames[LINK_FRAMES];
	struct wire_out out = wire_out(frames, sizeof(frames));
	uint32_t first = outbox_first(lr->posting.outbox);
	size_t oldest = link_first_waiting(lr), most = sent_end(lr), end;

	link_put_room(lr, &out);
	end = oldest + put_posts(lr, &out, oldest, most);

	if (again || end == most ||
	    lr->posting.sent_up_to < first + end - 1)
		return oldest;
	return lr->posting.sent_up_to + 1 - first;
}

/* What is said now is known by that name to the room: it is to be known here
 * before. Where it cannot be, it is said all the same. */
static void
say_as(struct link_room *lr)
{
	const struct link_naming *n = &lr->naming;

	/* It is known by the key. */
	if (lr->talk != NULL)
		return;
	outbox_say_as(lr->posting.outbox, n->base, n->base_len);
	/* Of a name for all rooms this one may not have heard yet. */
	if (lr->link->hall.many)
		outbox_say_as(lr->posting.outbox, n->name, n->len);
}

/*
 * All that waits travels together, oldest first. Where that is more than a
 * datagram holds, what was not sent yet goes first, and the rest at the RTO.
 * again: what was sent is sent again, too.
 */
static void
send_posts(struct link_room *lr, bool again)
{
	struct link_posting *p = &lr->posting;
	uint8_t frames[LINK_FRAMES];
	struct wire_out out;
	uint32_t first = outbox_first(p->outbox);
	size_t most = sent_end(lr), i = send_from(lr, again), n;
	size_t end = link_first_waiting(lr) + POST_AHEAD, begun = i;
	int datagrams = again ? POST_AGAIN : POST_DATAGRAMS;

	say_as(lr);
	for (; datagrams > 0 && i < most && i < end; datagrams--) {
		out = wire_out(frames, sizeof(frames));
		link_put_room(lr, &out);
		if ((n = put_posts(lr, &out, i, most)) == 0)
			break;
		if (link_send(lr->link, frames, out.len, true))
			outbox_set_sent(p->outbox, i, i + n);
		i += n;
		if (p->sent_up_to < first + i - 1)
			p->sent_up_to = first + (uint32_t)i - 1;
	}
	p->is_new = outbox_unsynced(p->outbox) > 0;
	link_note_talk(lr->link);
	if (again && !p->copies)
		p->wait = netpath_longer(p->wait);
	if (again || p->due == INT64_MAX)
		p->due = lr->link->now + p->wait;
	/* What waits was all in this one. */
	p->copies = !again && most > 0 && datagrams == POST_DATAGRAMS - 1 &&
	    begun == link_first_waiting(lr) && i == most &&
	    netpath_loss_permille(&lr->link->channel.path) >= COPY_PERMILLE;
	if (p->copies)
		link_least(&p->due, lr->link->now + COPY_MS);
}

/* Is it still to be seen whether the room has what waits under the id that it
 * had before, or to be told to the room? */
static bool
may_be_there(const struct link_room *lr)
{
	const struct outbox *o = lr->posting.outbox;
	size_t i = link_first_waiting(lr);

	return lr->posting.dropped || (i < outbox_count(o) &&
	    outbox_was_moved(o, i) && lr->log.replica.at.seq < lr->log.joined);
}

/* Nothing is said to a room that may yet say what it lost, which goes first, or
 * that it has it. */
static bool
may_post(const struct link_room *lr)
{
	const struct link_posting *p = &lr->posting;

	return lr->log.settled && link_waiting(lr) > 0 && p->claimed == 0 &&
	    p->other == 0 && !p->holed && link_talk_may(lr) &&
	    !may_be_there(lr);
}

void
link_post_tick(struct link_room *lr)
{
	if (!may_post(lr) || lr->link->now < lr->posting.hold_until)
		return;
	if (lr->link->now >= lr->posting.due)
		send_posts(lr, true);
	if (lr->posting.is_new)
		send_posts(lr, false);
}

int64_t
link_post_due(const struct link_room *lr)
{
	const struct link_posting *p = &lr->posting;
	int64_t now = lr->link->now, due = p->is_new ? now : p->due;

	if (!may_post(lr) && p->renumber_due <= now)
		return lr->talk != NULL && outbox_has_said(p->outbox) ?
		    p->forget_due : INT64_MAX;
	if (!may_post(lr))
		return p->renumber_due;
	return due > p->hold_until ? due : p->hold_until;
}

void
link_put_last_posts(struct link_room *lr, struct wire_out *out)
{
	size_t i = link_first_waiting(lr);

	if (!may_post(lr) || lr->link->now < lr->posting.hold_until)
		return;
	say_as(lr);
	link_put_room(lr, out);
	outbox_set_sent(lr->posting.outbox, i,
	    i + put_posts(lr, out, i, sent_end(lr)));
}

static void
refuse(struct link_room *lr, uint64_t tag, enum entry_kind kind, uint32_t flags,
    const char *text, size_t len)
{
	struct record r = { .type = RECORD_REFUSED, .id = tag, .kind = kind,
	    .flags = flags, .text = text, .text_len = len };

	link_tell(lr, &r);
}

/* The lines that wait up to the next rename, each refused by itself; returns
 * the counter behind them. */
static uint32_t
refuse_waiting(struct link_room *lr, const struct frame *f)
{
	struct record r = { .type = RECORD_REFUSED, .flags = RECORD_MUTED,
	    .wait_ms = f->wait_ms > ENTRY_TIME_MS_MAX ? 0 :
	    (int64_t)f->wait_ms, .text = f->text, .text_len = f->text_len };
	const struct outbox *o = lr->posting.outbox;
	size_t i = link_first_waiting(lr);
	uint32_t next = outbox_first(o) + (uint32_t)i;
	struct outbox_post p;

	for (; i < outbox_count(o); i++) {
		p = outbox_get(o, i);
		if (p.kind == ENTRY_RENAME)
			break;
		next = p.counter + 1;
		if (entry_index(p.flags) == 0) {
			r.entry.text = p.text;
			r.entry.text_len = p.text_len;
		}
		r.id = p.tag;
		r.kind = p.kind;
		if (p.tag != 0)
			link_tell(lr, &r);
	}
	return next;
}

void
link_give_up(struct link_room *lr, struct outbox *o, uint32_t next)
{
	struct link_posting *p = &lr->posting;

	outbox_give_up(o, next);
	link_leave_hole(lr, o);
	if (o != p->outbox)
		return;
	p->wait = netpath_rto_ms(&lr->link->channel.path);
	p->due = INT64_MAX;
	p->is_new = false;
	if (lr->link->channel.live)
		link_renew_if_idle(lr);
}

/*
 * They are not said later by themselves. What comes late, or is not about our
 * oldest line, comes again when we say it again.
 */
void
link_take_back(struct link_room *lr, const struct frame *f)
{
	struct link_posting *p = &lr->posting;
	uint32_t first = outbox_first(p->outbox) +
	    (uint32_t)link_first_waiting(lr), next;

	if (f->id >> 32 != outbox_number(p->outbox))
		return;
	p->mute_end = f->wait_ms == 0 || f->wait_ms > ENTRY_TIME_MS_MAX ? 0 :
	    lr->link->now + (int64_t)f->wait_ms;
	if ((uint32_t)f->id != first ||
	    (next = refuse_waiting(lr, f)) == first)
		return;
	/* As a POSTED would: our oldest is the one that it expects. */
	p->seen = true;
	link_give_up(lr, p->outbox, next);
}

/* Syncs what was added, and tells the screen, which could say it again else: of
 * the last line, all before it are there, too. */
static bool
tell_stored(struct link_room *lr)
{
	struct record r = { .type = RECORD_STORED };
	struct outbox *o = link_typed_into(lr);
	size_t count = outbox_count(o), i = count - outbox_unsynced(o);
	struct outbox_post p;

	if (!outbox_sync(o))
		return false;
	for (; i < count; i++) {
		p = outbox_get(o, i);
		if (p.tag == 0)
			continue;
		r.id = p.tag;
		r.flags = p.counter;
	}
	if (r.id != 0)
		link_tell(lr, &r);
	return true;
}

/* What the disk does not take is not said: of a message how it begins tells
 * which it was. */
static void
refuse_unsynced(struct link_room *lr, const struct outbox *o)
{
	size_t count = outbox_count(o), i = count - outbox_unsynced(o);
	struct outbox_post p, begin = { 0 };

	for (; i < count; i++) {
		p = outbox_get(o, i);
		if (entry_index(p.flags) == 0)
			begin = p;
		if (p.kind == ENTRY_RENAME)
			link_refuse_nick(lr, p.text, p.text_len);
		else if (p.tag != 0)
			refuse(lr, p.tag, p.kind, 0, begin.text,
			    begin.text_len);
	}
}

/* Nothing is sent before it is on the disk: one wait for all of them. */
void
link_keep_posts(struct link_room *lr)
{
	struct outbox *o = link_typed_into(lr);
	struct outbox_post p;

	if (o == NULL || tell_stored(lr))
		return;
	refuse_unsynced(lr, o);
	while (outbox_take_back(o, &p))
		continue;
	if (o == lr->posting.outbox)
		said_forget_from(&lr->said, outbox_last(o) + 1);
}

size_t
link_first_missing(const struct link_room *lr)
{
	const struct link_posting *p = &lr->posting;
	uint32_t first = outbox_first(p->outbox);
	size_t i = link_first_waiting(lr), count = outbox_count(p->outbox);

	if (p->stored_next > first && p->stored_next - first > i)
		i = p->stored_next - first;
	return i < count ? i : count;
}

/* How many lines wait. */
static uint64_t
lines_waiting(const struct link_room *lr)
{
	size_t k, i = link_first_missing(lr);
	const struct outbox *o;
	enum entry_kind kind;
	uint64_t n = 0;

	for (k = 0; k <= lr->posting.behind_n; k++, i = 0) {
		o = link_box_at(lr, k).outbox;
		for (; i < outbox_count(o); i++) {
			kind = outbox_get(o, i).kind;
			n += kind != ENTRY_RENAME && kind != ENTRY_PART;
		}
	}
	return n;
}

static void
keep(struct link_room *lr)
{
	struct record r = { .type = RECORD_KEPT, .text = "" };

	link_keep_posts(lr);
	if (lr->posting.outbox != NULL) {
		r.id = lines_waiting(lr);
		r.text = outbox_path(lr->posting.outbox);
	}
	r.text_len = strlen(r.text);
	if (r.text_len > RECORD_PATH)
		r.text_len = RECORD_PATH;
	link_tell(lr, &r);
}

void
link_keep(struct link *l, int64_t now)
{
	struct link_room *lr;

	l->now = now;
	TAILQ_FOREACH(lr, &l->rooms, by_link)
		keep(lr);
	TAILQ_FOREACH(lr, &l->asked, by_link)
		keep(lr);
}

bool
link_awaits(const struct link *l)
{
	const struct link_asking *a = &l->asking;
	const struct link_room *lr;

	if (a->pinging && l->now - a->ping_at <
	    netpath_rto_ms(&l->channel.path))
		return true;
	if (l->state.phase != RECORD_ONLINE)
		return false;
	TAILQ_FOREACH(lr, &l->rooms, by_link)
		if (link_is_in(lr) && lr->posting.outbox != NULL &&
		    link_talk_may(lr) && link_waiting(lr) > 0 &&
		    l->now >= lr->posting.hold_until)
			return true;
	return false;
}

static size_t
most_of(const struct link_line *line)
{
	return line->is_private ? TALK_TEXT_BYTES : TEXT_LINE_BYTES;
}

/* All pieces or none, each of which the room takes. */
static bool
add_message(struct outbox *o, const struct link_line *line)
{
	size_t most = most_of(line);
	struct entry piece[ENTRY_MORE_MAX + 1] = { 0 };
	unsigned n = pieces_count(line->text, line->len, most), i;
	size_t at = 0;

	if (n == 0 || n > ENTRY_MORE_MAX + 1)
		return false;
	for (i = 0; i < n; i++) {
		piece[i].kind = i < n - 1 ? ENTRY_PART : line->kind;
		piece[i].flags = (n - 1 - i) << ENTRY_MORE_SHIFT |
		    i << ENTRY_INDEX_SHIFT;
		piece[i].text = line->text + at;
		piece[i].text_len = pieces_cut(line->text, line->len, at, most);
		at += piece[i].text_len;
	}
	return outbox_add(o, piece, n, line->tag);
}

/* How it begins is enough to say which. */
static void
refuse_line(struct link_room *lr, const struct link_line *line, uint32_t why)
{
	refuse(lr, line->tag, line->kind, why, line->text,
	    pieces_cut(line->text, line->len, 0, most_of(line)));
}

void
link_post(struct link *l, int64_t now, uint16_t window,
    const struct link_line *line)
{
	struct link_room *asked = link_asked_at(l, window);
	struct link_room *lr = asked != NULL ? asked :
	    link_at_window(l, window);
	struct outbox *o;

	l->now = now;
	if (lr == NULL)
		return;
	o = link_typed_into(lr);
	errno = 0;
	if (line->is_private != (lr->talk != NULL || asked != NULL) ||
	    (lr->talk != NULL &&
	    (lr->talk->locked || lr->talk->old))) {
		refuse_line(lr, line, RECORD_ASTRAY);
		return;
	}
	if (lr->talk != NULL && link_people_answer(lr))
		link_wish_check(lr);
	else if (lr->talk != NULL)
		link_wish_look(lr, true);
	if (o == NULL || !add_message(o, line)) {
		refuse_line(lr, line, errno == ENOBUFS ? RECORD_CROWDED : 0);
		return;
	}
	if (o != lr->posting.outbox)
		return;		/* its turn comes */
	said_add(&lr->said, outbox_last(o), line->tag);
	lr->posting.is_new = true;
}

/* Who says what waited from before ends when all of it is in the log, which is
 * to be here then, too: the flags that say so. */
static uint32_t
note_earlier(struct link_room *lr, uint64_t tag)
{
	struct link_log *log = &lr->log;

	if ((tag & RECORD_EARLIER) == 0 ||
	    lr->posting.seq <= log->replica.at.seq)
		return 0;
	log->goal = lr->posting.seq;
	log->caught_up = false;
	return RECORD_BEHIND;
}

void
link_note_posted(struct link_room *lr, uint32_t next)
{
	struct record r = { .type = RECORD_POSTED };
	struct link_posting *p = &lr->posting;
	size_t i;

	if (p->next != next && p->held == RECORD_HELD_DISK)
		p->held = RECORD_HELD_NOT;
	p->next = next;
	for (i = 0; i < link_first_waiting(lr); i++) {
		r.id = outbox_get(p->outbox, i).tag;
		if (r.id == 0)
			continue;
		r.flags = note_earlier(lr, r.id);
		said_keep(&lr->said, outbox_get(p->outbox, i).counter);
		outbox_set_tag(p->outbox, i, 0);
		link_tell(lr, &r);
	}
	p->wait = netpath_rto_ms(&lr->link->channel.path);
	p->due = link_waiting(lr) == 0 ? INT64_MAX : lr->link->now + p->wait;
	/* More than the window was waiting: it goes on at once. */
	p->is_new = link_waiting(lr) > 0 &&
	    p->sent_up_to < outbox_last(p->outbox);
}

void
link_note_stored(struct link_room *lr, const struct entry *e)
{
	struct link_posting *p = &lr->posting;
	uint32_t counter = (uint32_t)e->id;

	if (e->id >> 32 != outbox_number(p->outbox) ||
	    !link_is_own_name(lr, e->author, e->author_len))
		return;
	if (outbox_differs(p->outbox, e)) {
		if (p->other == 0 || p->other > counter)
			p->other = counter;
		if (p->claimed <= counter)
			p->claimed = counter + 1;
		return;
	}
	/* A message is forgotten whole, or the room would take none of it. */
	if (entry_more(e->flags) == 0)
		p->stored_next = counter + 1;
}
