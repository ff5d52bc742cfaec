/*
 * Where secrets are kept. Runs in the server and in both processes of the
 * client.
 */
#include "common/secret.h"

#include <sodium.h>
#include <stdint.h>

void
secret_lock(void *secret, size_t len)
{
	sodium_mlock(secret, len);
}

void
secret_wipe(void *secret, size_t len)
{
	sodium_munlock(secret, len);
}

bool
secret_locks(void)
{
	uint8_t some[32];
	bool locks = sodium_mlock(some, sizeof(some)) == 0;

	if (locks)
		sodium_munlock(some, sizeof(some));
	return locks;
}
