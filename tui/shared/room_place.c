/*
 * Finding a server's rooms. Reads known_hosts; what is to be moved,
 * tui/shared/rooms moves.
 */
#include "tui/shared/room_place.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "common/disk.h"
#include "common/fingerprint.h"
#include "tui/shared/rooms.h"
#include "tui/shared/store.h"

enum { STEP_MS = 20 };

struct taking {
	char	 to[PATH_MAX];
	int64_t	 end;
};

static void
take(void *arg, const char *from)
{
	struct timespec step = { 0, STEP_MS * 1000000L };
	struct taking *t = arg;

	if (strcmp(from, t->to) == 0)
		return;
	while (!rooms_take(&disk_real, from, t->to) && errno == EWOULDBLOCK &&
	    clock_now_ms() < t->end)
		ppoll(NULL, 0, &step, NULL);
}
static void
take_host(void *arg, const char *host)
{
	store_each_server(host, take, arg);
}

void
room_place_find(char place[KEYS_HOST_BYTES], const char *server, int wait_ms)
{
	struct taking t = { .end = clock_now_ms() + wait_ms };
	char path[PATH_MAX];
	uint8_t key[NOISE_KEY];
	bool known = store_config(path, "known_hosts") &&
	    keys_host_key(path, server, key);

	strlcpy(place, server, KEYS_HOST_BYTES);
	if (known)
		fingerprint_short(place, key);
	if (!store_server_path(t.to, place))
		return;
	take_host(&t, server);
	if (known)
		keys_host_every(path, key, take_host, &t);
}
