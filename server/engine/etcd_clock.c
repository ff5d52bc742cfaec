/*
 * This machine's clock and those of the members of etcd, which tell it with
 * each answer. All are asked at once, before all else: one that does not answer
 * costs no more than that. Runs in chat-engine.
 */
#include "server/engine/etcd_clock.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "server/engine/etcd_state.h"

enum { POLL_MS = 1000 };

static int64_t
apart(int64_t a, int64_t b)
{
	return a < b ? b - a : a - b;
}

int64_t
etcd_clock_off_s(const int64_t *dates, size_t n, size_t asked, int64_t now)
{
	size_t i, k, agree;

	for (i = 0; i < n; i++) {
		for (agree = k = 0; k < n; k++)
			agree += apart(dates[i], dates[k]) <= ETCD_CLOCK_S;
		if (2 * agree > asked)
			return apart(dates[i], now) <= ETCD_CLOCK_S ? 0 :
			    now - dates[i];
	}
	return 0;
}

static size_t
on_head(char *line, size_t size, size_t n, void *arg)
{
	static const char date[] = "Date:";
	int64_t *told = arg;
	char text[64];

	(void)size;
	if (n < sizeof(text) && n > strlen(date) && strncasecmp(line, date,
	    strlen(date)) == 0) {
		snprintf(text, sizeof(text), "%.*s",
		    (int)(n - strlen(date)), line + strlen(date));
		*told = (int64_t)curl_getdate(text, NULL);
	}
	return n;
}

static size_t
on_body(char *bytes, size_t size, size_t n, void *arg)
{
	(void)bytes;
	(void)size;
	(void)arg;
	return n;
}

/* Of one of them: what its clock shows; -1: it does not say. */
struct asked {
	CURL	*easy;
	int64_t	 told;
};

static void
ask(CURLM *multi, const struct etcd_config *g, size_t i, struct asked *a)
{
	char url[512];

	a->told = -1;
	if ((a->easy = etcd_easy(g)) == NULL)
		return;
	snprintf(url, sizeof(url), "%s/version", g->members[i]);
	curl_easy_setopt(a->easy, CURLOPT_URL, url);
	curl_easy_setopt(a->easy, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(a->easy, CURLOPT_HEADERDATA, &a->told);
	curl_easy_setopt(a->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_multi_add_handle(multi, a->easy);
}

/* Until each has answered, or its time is over. */
static void
await_all(CURLM *multi)
{
	int running = 1;

	while (curl_multi_perform(multi, &running) == CURLM_OK && running > 0)
		if (curl_multi_poll(multi, NULL, 0, POLL_MS, NULL) != CURLM_OK)
			break;
}

/* How many say it. */
static size_t
ask_all(const struct etcd_config *g, int64_t dates[ETCD_CLOCK_MEMBERS])
{
	struct asked asked[ETCD_CLOCK_MEMBERS];
	CURLM *multi = curl_multi_init();
	size_t i, all = 0, n = 0;

	if (multi == NULL)
		return 0;
	for (; all < g->n && all < ETCD_CLOCK_MEMBERS; all++)
		ask(multi, g, all, &asked[all]);
	await_all(multi);
	for (i = 0; i < all; i++) {
		if (asked[i].told != -1)
			dates[n++] = asked[i].told;
		if (asked[i].easy == NULL)
			continue;
		curl_multi_remove_handle(multi, asked[i].easy);
		curl_easy_cleanup(asked[i].easy);
	}
	curl_multi_cleanup(multi);
	return n;
}

int64_t
etcd_clock_check(const struct etcd_config *g)
{
	int64_t dates[ETCD_CLOCK_MEMBERS], off;
	struct timespec now;
	size_t n = ask_all(g, dates);

	/* What an answer took is within what is far. */
	clock_gettime(CLOCK_REALTIME, &now);
	off = etcd_clock_off_s(dates, n, g->n, now.tv_sec);
	if (off != 0)
		warnx("the clock of this machine is %" PRId64 " seconds %s "
		    "those of most members of etcd: set it right, as by ntpd",
		    off < 0 ? -off : off, off < 0 ? "behind" : "ahead of");
	return off;
}
