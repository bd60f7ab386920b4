#include "connector/registry.h"

#include "connector/csv_connector.h"
#include "connector/webhook.h"

static const struct connector *const connectors[] = {
    &webhook_connector,
    &csv_connector,
};

const struct connector *registry_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(connectors); i++) {
        if (str_eq(str_of(connectors[i]->name), name)) {
            return connectors[i];
        }
    }
    return NULL;
}

const struct connector *registry_at(size_t index)
{
    return index < ARRAY_LEN(connectors) ? connectors[index] : NULL;
}
