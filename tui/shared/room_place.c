/*
 * Finding a server's rooms. Reads known_hosts; what is to be moved,
 * tui/shared/rooms moves.
 */
#include "tui/shared/room_place.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "common/clock.h"
#include "common/disk.h"
#include "common/fingerprint.h"
#include "tui/shared/rooms.h"
#include "tui/shared/store.h"

enum { CLOSE_MS = 1500, STEP_MS = 20 };	/* who was killed may still leave */

struct taking {
	const char	*server;
	char		 to[PATH_MAX];
};

static bool
take(const char *host, const char *to, int64_t end)
{
	struct timespec step = { 0, STEP_MS * 1000000L };
	char from[PATH_MAX];

	if (!store_find_server(from, host))
		return true;
	while (!rooms_take(&disk_real, from, to)) {
		if (errno != EWOULDBLOCK || clock_now_ms() >= end)
			return false;
		ppoll(NULL, 0, &step, NULL);
	}
	return true;
}

static void
take_other(void *arg, const char *host)
{
	const struct taking *t = arg;

	if (strcasecmp(host, t->server) != 0)
		take(host, t->to, 0);
}

void
room_place_find(char place[KEYS_HOST_BYTES], const char *server)
{
	struct taking t = { .server = server };
	char path[PATH_MAX], by_key[FINGERPRINT_SHORT];
	uint8_t key[NOISE_KEY];

	strlcpy(place, server, KEYS_HOST_BYTES);
	if (!store_config(path, "known_hosts") ||
	    !keys_host_key(path, server, key) ||
	    !store_server_path(t.to, fingerprint_short(by_key, key)) ||
	    !take(server, t.to, clock_now_ms() + CLOSE_MS))
		return;
	keys_host_every(path, key, take_other, &t);
	strlcpy(place, by_key, KEYS_HOST_BYTES);
}
