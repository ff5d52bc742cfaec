/*
 * The hub's part that sees people: who is in the rooms that the operator asks
 * about. Pure; runs in the server.
 */
#include <string.h>

#include "common/fingerprint.h"
#include "common/text.h"
#include "server/classic.h"
#include "server/hub_parts.h"
#include "server/peers.h"
#include "server/roomlist.h"

/*
 * Rooms
 */

struct room *
hub_next_room(const struct hub *h, const struct room *r)
{
	if (h->where != NULL)
		return r == NULL ? h->where : NULL;
	return r == NULL ? LIST_FIRST(&h->house.rooms) :
	    LIST_NEXT(r, by_house);
}

enum hub_look
hub_look_into(struct hub *h, int64_t now_ms, int64_t wall_ms, const char *room,
    size_t len)
{
	const struct house_wish wish = { .name = room, .len = len,
	    .opens = true };
	enum frame_code why = FRAME_NO_ROOM;

	house_at(&h->house, now_ms, wall_ms);
	h->where = h->house.doors.find(h->house.doors.arg, &wish, &why);
	return h->where != NULL ? HUB_LOOK_OK : why == FRAME_NO_ROOM ?
	    HUB_LOOK_NO_ROOM : HUB_LOOK_SHUT;
}

void
hub_look_up(struct hub *h)
{
	h->where = NULL;
}

size_t
hub_rooms(const struct hub *h)
{
	const struct house_doors *doors = &h->house.doors;
	struct house_listed l;
	const void *at = NULL;
	size_t n = 0;

	while ((at = doors->next(doors->arg, at, &l)) != NULL)
		n++;
	return n;
}

void
hub_each_room(const struct hub *h, void (*each)(void *,
    const struct hub_room *), void *arg)
{
	struct hub_room room;
	struct room *r;

	HUB_EACH_ROOM(r, h) {
		room = (struct hub_room){ .name = seats_of(r)->name,
		    .log = r->log, .people = r->roster.count };
		each(arg, &room);
	}
}

/*
 * People
 */

static const uint8_t *
key_of(const struct hub *h, int64_t wall_ms, const struct member *p,
    const union sock_addr **addr)
{
	const uint8_t *key;

	*addr = NULL;
	if (p->classic)
		return NULL;
	return peers_look(p, &key, addr) ? key :
	    log_lease_owner(h->room->log, wall_ms, p->fold);
}

static void
set_key(struct hub_person *who, const uint8_t *key)
{
	who->key = key;
	if (key != NULL)
		fingerprint_text(who->fingerprint, key);
}

static bool
is_away(const struct hub *h, const struct member *p)
{
	return p->away || room_is_ghost(h->room, p);
}

void
hub_look_at(const struct hub *h, int64_t wall_ms, const struct member *p,
    struct hub_person *who)
{
	memset(who, 0, sizeof(*who));
	who->here = true;
	memcpy(who->name, p->name, p->name_len);
	who->name_len = p->name_len;
	who->since_ms = p->since_ms;
	who->spoke_ms = p->spoke_ms;
	who->classic = p->classic;
	who->away = is_away(h, p);
	set_key(who, key_of(h, wall_ms, p, &who->addr));
	if (p->classic)
		who->addr = classic_addr(h->classic, p->name, p->name_len);
}

/* Who lost a name by a release may sit in one room under it, and who has it
 * now in another. */
static bool
is_he(const struct hub *h, int64_t wall_ms, const struct member *p,
    const struct hub_person *who)
{
	const union sock_addr *addr;
	const uint8_t *key = key_of(h, wall_ms, p, &addr);

	return p->classic == who->classic && (key == who->key ||
	    (key != NULL && who->key != NULL &&
	    memcmp(key, who->key, NOISE_KEY) == 0));
}

/* He sits there too. */
static void
add_seat(const struct hub *h, const struct member *p,
    struct hub_person *who)
{
	int64_t since_ms = (int64_t)p->since_ms;
	int64_t spoke_ms = (int64_t)p->spoke_ms;
	const uint8_t *key;

	if (since_ms != 0 && (who->since_ms == 0 || since_ms < who->since_ms))
		who->since_ms = since_ms;
	if (spoke_ms > who->spoke_ms)
		who->spoke_ms = spoke_ms;
	who->away &= is_away(h, p);
	if (who->addr == NULL && !p->classic)
		peers_look(p, &key, &who->addr);
}

/* Who has one name in several rooms. */
struct namesakes {
	const struct member *of[ROOMLIST_MAX];
	size_t		 n;
};

/* The one that is first there, and what there is of him behind that. */
static void
look_over(const struct hub *h, int64_t wall_ms, const struct namesakes *s,
    size_t first, struct hub_person *who)
{
	size_t i;

	hub_look_at(h, wall_ms, s->of[first], who);
	for (i = first + 1; i < s->n; i++)
		if (is_he(h, wall_ms, s->of[i], who))
			add_seat(h, s->of[i], who);
}

/* He is one of those before. */
static bool
is_met(const struct hub *h, int64_t wall_ms, const struct namesakes *s,
    size_t at)
{
	struct hub_person who = { .classic = s->of[at]->classic };
	size_t i;

	who.key = key_of(h, wall_ms, s->of[at], &who.addr);
	for (i = 0; i < at; i++)
		if (is_he(h, wall_ms, s->of[i], &who))
			return true;
	return false;
}

/* Those of that name before a room; NULL: in all that are looked at. */
static void
find_namesakes(const struct hub *h, const struct room *end, const char *fold,
    struct namesakes *s)
{
	const struct member *p;
	struct room *r;

	s->n = 0;
	for (r = hub_next_room(h, NULL); r != end && s->n < ROOMLIST_MAX;
	    r = hub_next_room(h, r))
		if ((p = roster_find(&r->roster, fold)) != NULL)
			s->of[s->n++] = p;
}

bool
hub_has_met(const struct hub *h, int64_t wall_ms, const struct room *r,
    const struct member *p)
{
	struct namesakes s;

	find_namesakes(h, r, p->fold, &s);
	if (s.n == ROOMLIST_MAX)
		return true;
	s.of[s.n] = p;
	return is_met(h, wall_ms, &s, s.n);
}

/* Those of the next name: at has the next member of each room. */
static void
take_namesakes(const struct member *at[], size_t n, struct namesakes *s)
{
	const struct member *first = NULL;
	size_t i;

	for (i = 0; i < n; i++)
		if (at[i] != NULL && (first == NULL ||
		    strcmp(at[i]->fold, first->fold) < 0))
			first = at[i];
	s->n = 0;
	for (i = 0; i < n && first != NULL; i++)
		if (at[i] != NULL && strcmp(at[i]->fold, first->fold) == 0) {
			s->of[s->n++] = at[i];
			at[i] = roster_next(at[i]);
		}
}

/* Each once, in the order of names, until take has found whom it wants. */
static bool
walk(const struct hub *h, int64_t wall_ms, bool (*take)(void *,
    const struct hub_person *), void *arg)
{
	const struct member *at[ROOMLIST_MAX];
	struct namesakes s;
	struct hub_person who;
	struct room *r;
	size_t n = 0, i;

	HUB_EACH_ROOM(r, h)
		if (n < ROOMLIST_MAX)
			at[n++] = roster_first(&r->roster);
	for (take_namesakes(at, n, &s); s.n > 0; take_namesakes(at, n, &s))
		for (i = 0; i < s.n; i++) {
			if (is_met(h, wall_ms, &s, i))
				continue;
			look_over(h, wall_ms, &s, i, &who);
			if (take(arg, &who))
				return true;
		}
	return false;
}

/* Whom a walk tells. */
struct hearer {
	void	(*member)(void *arg, const struct hub_person *);
	void	*arg;
};

static bool
tell(void *arg, const struct hub_person *who)
{
	const struct hearer *hearer = arg;

	hearer->member(hearer->arg, who);
	return false;
}

void
hub_names(const struct hub *h, int64_t wall_ms,
    void (*member)(void *, const struct hub_person *), void *arg)
{
	struct hearer hearer = { member, arg };

	walk(h, wall_ms, tell, &hearer);
}

static bool
count(void *arg, const struct hub_person *who)
{
	(void)who;
	++*(size_t *)arg;
	return false;
}

size_t
hub_people(const struct hub *h)
{
	struct room *first = hub_next_room(h, NULL);
	size_t n = 0;

	if (hub_next_room(h, first) == NULL)
		return first->roster.count;
	walk(h, h->house.wall_ms, count, &n);
	return n;
}

void
hub_rooms_of(const struct hub *h, int64_t wall_ms,
    const struct hub_person *who, void (*each)(void *, const char *),
    void *arg)
{
	char fold[TEXT_FOLD_BYTES];
	const struct member *p;
	struct room *r;

	if (text_fold(fold, who->name, who->name_len) == 0)
		return;
	LIST_FOREACH(r, &h->house.rooms, by_house)
		if ((p = roster_find(&r->roster, fold)) != NULL &&
		    is_he(h, wall_ms, p, who))
			each(arg, seats_of(r)->name);
}

unsigned
hub_devices_of(const struct hub *h, const struct hub_person *who)
{
	return who->key == NULL ? 0 : peers_devices_of(h->peers, who->key);
}

bool
hub_look(const struct hub *h, int64_t wall_ms, const char *name, size_t len,
    struct hub_person *who)
{
	char fold[TEXT_FOLD_BYTES];
	struct namesakes s;

	if (text_name_check(name, len) != TEXT_NAME_OK ||
	    text_fold(fold, name, len) == 0)
		return false;
	find_namesakes(h, NULL, fold, &s);
	if (s.n > 0) {
		look_over(h, wall_ms, &s, 0, who);
		return true;
	}
	memset(who, 0, sizeof(*who));
	memcpy(who->name, name, len);
	who->name_len = len;
	set_key(who, log_lease_owner(h->room->log, wall_ms, fold));
	return who->key != NULL;
}

/* Who is looked for, and what was found. */
struct key_search {
	const char	*fingerprint;
	char		 name[TEXT_FOLD_BYTES];
	bool		 found;
	struct hub_person *who;
};

static void
look_at_lease(void *arg, const char *fold, const uint8_t key[NOISE_KEY])
{
	struct key_search *search = arg;
	char fingerprint[FINGERPRINT_TEXT];

	if (strcmp(fingerprint_text(fingerprint, key),
	    search->fingerprint) != 0)
		return;
	search->found = true;
	strlcpy(search->name, fold, sizeof(search->name));
}

static bool
has_key(void *arg, const struct hub_person *who)
{
	const struct key_search *search = arg;

	if (strcmp(who->fingerprint, search->fingerprint) != 0)
		return false;
	*search->who = *who;
	return true;
}

bool
hub_look_key(const struct hub *h, int64_t wall_ms, const char *fingerprint,
    struct hub_person *who)
{
	struct key_search search = { .fingerprint = fingerprint, .who = who };

	if (walk(h, wall_ms, has_key, &search))
		return true;
	log_lease_each(h->room->log, wall_ms, look_at_lease, &search);
	return search.found && hub_look(h, wall_ms, search.name,
	    strlen(search.name), who);
}

/* For whom the names of leases are. */
struct key_list {
	void	(*each)(void *arg, const char *name, size_t len,
		    const uint8_t key[NOISE_KEY]);
	void	*arg;
};

static void
list_lease(void *arg, const char *fold, const uint8_t key[NOISE_KEY])
{
	const struct key_list *list = arg;

	list->each(list->arg, fold, strlen(fold), key);
}

static bool
list_member(void *arg, const struct hub_person *who)
{
	const struct key_list *list = arg;

	if (who->key != NULL)
		list->each(list->arg, who->name, who->name_len, who->key);
	return false;
}

void
hub_keys(const struct hub *h, int64_t wall_ms, void (*each)(void *,
    const char *, size_t, const uint8_t[NOISE_KEY]), void *arg)
{
	struct key_list list = { each, arg };

	log_lease_each(h->room->log, wall_ms, list_lease, &list);
	walk(h, wall_ms, list_member, &list);
}
