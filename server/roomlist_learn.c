/*
 * The list of rooms of several servers: what one has asked for comes about on
 * all of them when it is told. Pure but for the disk; runs in the server.
 */
#include <string.h>

#include "common/text.h"
#include "server/roomlist_state.h"

bool
roomlist_is_so(const struct roomlist *rl, const struct rooms_line *l)
{
	const struct place *p = roomlist_of_log(rl, l->id);

	return p != NULL && strcmp(p->line.name, l->name) == 0 &&
	    (p->line.sort == ROOMS_AWAY) == (l->sort == ROOMS_AWAY);
}

enum roomlist_error
roomlist_judge(const struct roomlist *rl, const struct rooms_line *l)
{
	const struct place *p = roomlist_of_log(rl, l->id), *other;
	char fold[TEXT_FOLD_BYTES];

	if (p == NULL)
		return l->sort == ROOMS_HOME ? ROOMLIST_HOME :
		    roomlist_check(rl, l);
	if (p == rl->home ? l->sort != ROOMS_HOME : l->sort == ROOMS_HOME ||
	    !rooms_file_is_name(l->name, strlen(l->name)))
		return ROOMLIST_NAME;
	roomlist_fold(fold, l->name, strlen(l->name));
	if ((other = roomlist_of_fold(rl, fold)) != NULL && other != p)
		return ROOMLIST_TAKEN;
	return p->line.sort == ROOMS_AWAY && l->sort != ROOMS_AWAY &&
	    roomlist_is_full(rl, ROOMLIST_MAX) ? ROOMLIST_FULL : ROOMLIST_FINE;
}

enum roomlist_error
roomlist_learn(struct roomlist *rl, int64_t wall_ms,
    const struct rooms_line *l)
{
	enum roomlist_error error = roomlist_judge(rl, l);
	struct place *p = roomlist_of_log(rl, l->id);

	if (error != ROOMLIST_FINE || roomlist_is_so(rl, l))
		return error;
	if (p == NULL)
		return roomlist_add(rl, l, &p);
	if (strcmp(p->line.name, l->name) != 0 && (error =
	    roomlist_rename(rl, p, wall_ms, l->name, strlen(l->name))) !=
	    ROOMLIST_FINE)
		return error;
	return p == rl->home ? ROOMLIST_FINE :
	    roomlist_put_away(rl, p, l->sort == ROOMS_AWAY);
}

const char *
roomlist_known(const struct roomlist *rl)
{
	return rl->known[0] != '\0' ? rl->known : rl->home->line.name;
}

void
roomlist_learned(struct roomlist *rl)
{
	if (rl == NULL)
		return;
	rl->learning = false;
	rl->known[0] = '\0';
	/* What cannot be written now is by the next change. */
	if (rl->unsaved)
		roomlist_save(rl);
}
