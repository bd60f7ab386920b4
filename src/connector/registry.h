/* registry.h: all types of integrations that this program knows. */
#ifndef CONNECTOR_REGISTRY_H
#define CONNECTOR_REGISTRY_H

#include "connector/connector.h"

/* NULL when there is no such type. */
const struct connector *registry_find(struct str name);
/* In the order of a menu; NULL beyond the last. */
const struct connector *registry_at(size_t index);

#endif
