/*
 * How a server begins. Thin shell; ends the process where it cannot.
 */
#include "server/opening.h"

#include <err.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/disk.h"
#include "common/lang.h"
#include "common/passphrase.h"
#include "common/rule.h"
#include "common/secret.h"
#include "server/descriptors.h"
#include "server/hub_where.h"
#include "server/keeper.h"
#include "server/node.h"
#include "server/owner.h"
#include "server/room/bans.h"
#include "server/room/heirs.h"
#include "server/room/log.h"
#include "server/room/marks.h"
#include "server/room/standing.h"
#include "server/roomlist.h"
#include "server/state_dir.h"
#include "server/syncer.h"
#include "server/talks.h"

enum {
	SEGMENTS = 8,			/* of what is kept */
	SEGMENT_MIN = ROOMLIST_SEGMENT,
	RULE_USUAL = 128		/* bytes of one without a reason */
};
/* Rules in force are said again where they would be forgotten: those again in
 * the next segment, if they filled one, and so without end. */
_Static_assert(STANDING_KEYS * RULE_USUAL + STANDING_MUTES * (RULE_USUAL +
    RULE_REASON_BYTES) < SEGMENT_MIN, "all rules in force are in a segment");

static void
refuse_journal(const char *dir, const struct journal_why *why)
{
	switch (why->kind) {
	case JOURNAL_LOCKED:
		errx(1, _("%s: another chat-server is at work there, "
		    "process %ld"), dir, (long)why->pid);
	case JOURNAL_CORRUPT:
		errx(1, _("%s: corrupt at byte %lld; put back a copy of it, "
		    "or move the directory away to begin anew"), why->path,
		    (long long)why->offset);
	default:
		errx(1, "%s: %s", *why->path != '\0' ? why->path : dir,
		    strerror(why->error));
	}
}

/* What is kept goes in whole segments: where that is little, they are less. */
static size_t
segment_bytes(uint64_t keep)
{
	if (keep == 0 || keep / SEGMENTS >= JOURNAL_SEGMENT_BYTES)
		return JOURNAL_SEGMENT_BYTES;
	return keep / SEGMENTS < SEGMENT_MIN ? SEGMENT_MIN :
	    (size_t)(keep / SEGMENTS);
}

static void
refuse_rooms(const char *dir, const struct roomlist_why *why)
{
	switch (why->kind) {
	case ROOMLIST_HOME:
		errx(1, _("the first room in %s is %s: give -r %s first"),
		    dir, why->name, why->name);
	case ROOMLIST_NAME:
		errx(1, _("'%s' is no name for a room beside the first"),
		    why->name);
	case ROOMLIST_TAKEN:
		errx(1, _("there are two rooms %s"), why->name);
	case ROOMLIST_FULL:
	case ROOMLIST_QUOTA:
		errx(1, _("there is no place for a room %s: %d are all"),
		    why->name, ROOMLIST_MAX);
	case ROOMLIST_FINE:
	case ROOMLIST_DISK:
		refuse_journal(dir, &why->disk);
	}
}

static void
on_random(void *arg, void *dst, size_t len)
{
	(void)arg;
	randombytes_buf(dst, len);
}

/*
 * Of several servers
 */

static const char *
why_node(enum node_fate fate, const struct opening *o)
{
	static char why[512];

	switch (fate) {
	case NODE_FINE:
		return NULL;
	case NODE_NO_ENGINE:
		return _("chat-engine has ended");
	case NODE_SILENT:
		return _("--cluster: most of the engine cannot be reached");
	case NODE_OTHER_LOG:
		return _("--found: another server has founded the room");
	case NODE_BEHIND:
		snprintf(why, sizeof(why), _("%s: the engine keeps no more "
		    "what this server has missed; begin with a copy of "
		    "another one's, which chat-ctl backup makes"), o->dir);
		return why;
	case NODE_EMPTIED:
		return _("the engine has lost the room: give --found at the "
		    "server that has most of it, once");
	case NODE_ELSEWHERE:
		break;
	}
	snprintf(why, sizeof(why), _("--node: another server has that number, "
	    "at %s"), node_other(o->node));
	return why;
}

const char *
opening_node_ends(const struct opening *o)
{
	return o->node == NULL ? NULL : why_node(node_fate(o->node), o);
}

/* What the others have; true: nothing, so that this one founds it. */
static bool
meet_others(struct opening *o, const struct settings *set,
    struct verb_log *log, struct journal_base *base)
{
	enum node_fate fate;
	bool there;

	if ((o->node = node_start(&set->cluster)) == NULL && errno == ENOENT)
		errx(1, _("--cluster: no chat-engine is beside chat-server, "
		    "which was built without libcurl or jansson"));
	if (o->node == NULL)
		err(1, "chat-engine");
	if (position_read(&disk_real, o->dir, &o->position))
		node_was_told(o->node, o->position.number, o->position.nonce);
	fate = node_meet(o->node, set->founds, &there, log, base);
	if (fate != NODE_FINE)
		errx(1, "%s", why_node(fate, o));
	if (!there && !set->founds)
		errx(1, _("the engine has no room %s: give the same -r first "
		    "as at the other servers or, at the one that has it, "
		    "--found once"), set->cluster.room);
	if (there && node_goes_on(o->node)) {
		if (!position_put_back(&disk_real, o->dir, &o->position))
			err(1, "%s/rooms", o->dir);
		o->goes_on = true;
	}
	return !there;
}

void
opening_goes_on(struct opening *o, struct hub *h)
{
	const struct keeper_config config = { .disk = &disk_real,
	    .dir = o->dir, .rooms = o->rooms, .home = o->log,
	    .marks = o->marks, .shared = node_shared(o->node) };
	struct wire_in in = wire_in(o->position.where, o->position.where_len);

	if (o->goes_on && !hub_get_where(h, &in))
		errx(1, _("%s: there is less than there was; begin with a "
		    "copy of another one's, which chat-ctl backup makes"),
		    o->dir);
	position_free(&o->position);
	if ((o->keeper = keeper_new(&config, clock_now_ms())) == NULL)
		err(1, NULL);
}

/* All have one log, and people know them by one key. */
static void
check_others(struct opening *o, const struct settings *set, bool founds,
    const struct verb_log *theirs)
{
	struct verb_log log;

	memcpy(log.id, log_head(o->log).log_id, sizeof(log.id));
	memcpy(log.key, set->hub.gate.key.public, sizeof(log.key));
	if (founds)
		node_found(o->node, &log);
	else if (memcmp(log.id, theirs->id, sizeof(log.id)) != 0)
		errx(1, _("%s: the log there is not the one that the engine "
		    "has; move the directory away to take that"), o->dir);
	else if (memcmp(log.key, theirs->key, sizeof(log.key)) != 0)
		errx(1, _("%s/hostkey: the other servers have another one; "
		    "copy it from there"), o->dir);
}

static void
open_rooms(struct opening *o, struct settings *set,
    const struct journal_base *base, bool founds)
{
	const struct roomlist_config config = { .log = { .disk = &disk_real,
	    .dir = o->dir, .sync = set->sync, .keep_ms = set->keep_ms,
	    .keep_bytes = set->keep_bytes,
	    .segment_bytes = segment_bytes(set->keep_bytes),
	    .syncer = syncer_table(o->syncer),
	    .shared = o->node == NULL ? NULL : node_shared(o->node),
	    .base = base, .founds = founds },
	    .names = set->rooms, .names_n = set->rooms_n,
	    .open_max = descriptors_logs(), .random = on_random };
	struct roomlist_why why;

	o->rooms = roomlist_new(&config, clock_wall_ms(), &why);
	if (o->rooms == NULL)
		refuse_rooms(o->dir, &why);
	o->log = roomlist_home(o->rooms)->log;
	strlcpy(set->hub.gate.room, roomlist_known(o->rooms),
	    sizeof(set->hub.gate.room));
	if (log_lease_forgotten(o->log) > 0)
		warnx(_("%s/leases: more names than there may be; %zu that "
		    "were not used for the longest time are free"), o->dir,
		    log_lease_forgotten(o->log));
}

bool
opening_place(struct opening *o, struct settings *set)
{
	char passphrase[PASSPHRASE_BYTES] = "";
	struct journal_base base;
	struct verb_log theirs;
	const struct owner *asked;
	struct owner owner;
	bool is_plain, founds = false;

	secret_lock(passphrase, sizeof(passphrase));
	secret_lock(&set->hub.gate, sizeof(set->hub.gate));
	owner_find(&owner, set->user);
	asked = owner.asked ? &owner : NULL;
	if (!state_dir_find(o->dir, set->dir, asked))
		errx(1, _("no place for the room: give -d, or set HOME"));
	if (!state_dir_make(o->dir, asked))
		err(1, "%s", o->dir);
	if (set->passphrase != NULL)
		state_dir_passphrase(passphrase, set->passphrase);
	is_plain = owner_become(&owner, o->dir);
	/* Of the user, and before there are more secrets. */
	if (set->sync == LOG_SYNC_GROUP)
		o->syncer = syncer_start(passphrase, sizeof(passphrase));
	if (set->cluster.members != NULL)
		founds = meet_others(o, set, &theirs, &base);
	else if (!position_remove(&disk_real, o->dir))
		err(1, "%s/position", o->dir);
	open_rooms(o, set, o->node != NULL && !founds && !o->goes_on ? &base :
	    NULL, founds);
	/* What the passphrase gives follows from the room's name. */
	state_dir_secrets(o->dir, passphrase, &set->hub.gate);
	secret_wipe(passphrase, sizeof(passphrase));
	if (o->node != NULL)
		check_others(o, set, founds, &theirs);
	return is_plain;
}

void
opening_bans(struct opening *o)
{
	struct journal_why why;

	o->bans = bans_open(&disk_real, o->dir, &why);
	if (o->bans == NULL)
		refuse_journal(o->dir, &why);
	o->heirs = heirs_open(&disk_real, o->dir, 0, &why);
	if (o->heirs == NULL)
		refuse_journal(o->dir, &why);
}

/* What was read of a log that is gone is forgotten after a while. */
static void
note_logs(struct opening *o)
{
	uint8_t (*logs)[JOURNAL_ID] = calloc(ROOMLIST_ALL +
	    talks_count(o->talks), sizeof(*logs));
	const struct place *p = NULL;
	struct talk_place *t = NULL;
	size_t n = 0;

	if (logs == NULL)
		err(1, NULL);
	while ((p = roomlist_next(o->rooms, p)) != NULL)
		memcpy(logs[n++], p->line.id, JOURNAL_ID);
	while ((t = talks_next(o->talks, t)) != NULL)
		memcpy(logs[n++], t->id, JOURNAL_ID);
	marks_missed(o->marks, clock_wall_ms(), logs, n);
	free(logs);
}

void
opening_people(struct opening *o)
{
	struct talks_config config = { .disk = &disk_real, .dir = o->dir,
	    .random = on_random };
	struct journal_why why;

	if ((o->persons = persons_new(0)) == NULL)
		err(1, NULL);
	o->marks = marks_open(&disk_real, o->dir, o->persons, &why);
	if (o->marks == NULL)
		refuse_journal(o->dir, &why);
	config.persons = o->persons;
	if ((o->talks = talks_open(&config, &why)) == NULL)
		refuse_journal(o->dir, &why);
	/* Of several servers the others have yet to tell which there are. */
	if (o->node == NULL)
		note_logs(o);
}

int
opening_end(struct opening *o)
{
	int failed;

	bans_close(o->bans);
	if ((errno = marks_close(o->marks)) != 0)
		warn("%s/marks", o->dir);
	if ((errno = talks_close(o->talks)) != 0)
		warn("%s/talks", o->dir);
	persons_free(o->persons);
	heirs_close(o->heirs);
	/* What was said last may not have been on the disk yet. */
	failed = roomlist_free(o->rooms);
	if (failed == 0)
		keeper_ended(o->keeper);
	keeper_free(o->keeper);
	node_stop(o->node);
	syncer_stop(o->syncer);
	return failed;
}
