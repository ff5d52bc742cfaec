/*
 * The user's devices: which there are is asked, and that one of them ends.
 * Pure; runs in the receiver process.
 */
#include "tui/receiver/link_enter.h"

#include "common/frame_person.h"
#include "common/frame_put.h"

enum {
	TRIES = 6,
	ASK_BYTES = 32		/* of its frame */
};

void
link_ask_devices(struct link *l, int64_t now, uint64_t ends)
{
	l->now = now;
	l->devices = (struct link_devices){ .asked = true, .due = now,
	    .ends = ends };
}

static void
tell(struct link *l, const struct frame_device *d, unsigned flags)
{
	uint64_t heard = d->heard_ms / 1000;
	struct record r = { .type = RECORD_DEVICE, .id = d->since_ms,
	    .text = d->name, .text_len = d->name_len };

	if (heard > RECORD_DEVICE_MOST)
		heard = RECORD_DEVICE_MOST;
	r.flags = flags | (uint32_t)heard << RECORD_DEVICE_HEARD |
	    (d->flags & FRAME_DEVICE_SELF ? RECORD_DEVICE_SELF : 0);
	link_tell(link_first(l), &r);
}

/* Nobody says. */
static void
give_up(struct link *l)
{
	static const struct frame_device none = { .name = "" };

	l->devices.asked = false;
	tell(l, &none, RECORD_DEVICE_FIRST | RECORD_DEVICE_LAST |
	    RECORD_DEVICE_NONE);
}

void
link_devices_tick(struct link *l)
{
	struct link_devices *d = &l->devices;
	uint8_t frames[ASK_BYTES];
	struct wire_out out = wire_out(frames, sizeof(frames));

	if (!d->asked || l->now < d->due)
		return;
	if (!l->hall.people || ++d->tries > TRIES) {
		give_up(l);
		return;
	}
	d->due = l->now + link_patience(l, d->tries);
	frame_put_ask(&out, d->ends != 0 ? FRAME_ASK_END :
	    FRAME_ASK_DEVICES, d->ends);
	link_send(l, frames, out.len, true);
}

int64_t
link_devices_due(const struct link *l)
{
	return l->devices.asked ? l->devices.due : INT64_MAX;
}

void
link_devices_take(struct link *l, struct frame *f)
{
	struct frame_device d;
	unsigned first = RECORD_DEVICE_FIRST;
	uint64_t left = f->count;

	if (!l->devices.asked || !l->hall.people || left == 0 ||
	    f->code != FRAME_ASK_DEVICES)
		return;
	l->devices.asked = false;
	for (; frame_next_device(f, &d); first = 0)
		tell(l, &d, first | (--left == 0 ?
		    (unsigned)RECORD_DEVICE_LAST : 0));
}
