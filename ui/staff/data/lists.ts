// SPDX-License-Identifier: Apache-2.0
// The long lists that all pages read and that hardly change: definitions, places, units.
import { useQuery } from '@tanstack/vue-query';
import { computed, type ComputedRef } from 'vue';
import { call } from '@kit/api/client';
import type { CaseClass, Catalogue, Id, Place, ProcedureDefinition, Unit } from '@kit/api/types';

const LONG = { staleTime: 10 * 60_000 };

export interface Option<V> {
  value: V;
  label: string;
}

export function useCatalogue() {
  const query = useQuery({ queryKey: ['catalogue'], queryFn: () => call('GET /api/v1/catalogue'), ...LONG });
  const catalogue: ComputedRef<Catalogue | undefined> = computed(() => query.data.value);
  const byCode = computed(() => new Map(catalogue.value?.classes.map((item) => [item.code, item])));
  const classOptions = computed<Option<string>[]>(
    () =>
      catalogue.value?.classes.map((item) => ({ value: item.code, label: `${item.name} ${item.code}` })) ??
      [],
  );
  function classOf(code: string | undefined): CaseClass | undefined {
    return code === undefined ? undefined : byCode.value.get(code);
  }
  function procedureOf(name: string): ProcedureDefinition | undefined {
    return catalogue.value?.procedures.find((item) => item.procedure === name);
  }
  /* The procedure that takes a class in at the office's own desk: the first that accepts its kind. */
  function procedureFor(code: string | undefined): ProcedureDefinition | undefined {
    const kind = classOf(code)?.kind;
    return catalogue.value?.procedures.find(
      (item) => item.procedure !== 'order' && kind !== undefined && item.kinds.includes(kind),
    );
  }
  return { query, catalogue, classOptions, classOf, procedureOf, procedureFor };
}

export function usePlaces() {
  const query = useQuery({ queryKey: ['places'], queryFn: () => call('GET /api/v1/places'), ...LONG });
  const places = computed<Place[]>(() => query.data.value?.places ?? []);
  const byId = computed(() => new Map(places.value.map((place) => [place.id, place])));
  function parentsOf(place: Place): Place[] {
    const parent = place.parent ? byId.value.get(place.parent) : undefined;
    return parent ? [parent, ...parentsOf(parent)] : [];
  }
  function communityOf(place: Place): Place | undefined {
    return [place, ...parentsOf(place)].find((item) => item.level === 'community');
  }
  /* Estates first by name, then communities: what a caller can say. */
  const placeOptions = computed<Option<Id>[]>(() => {
    const label = (place: Place): string => {
      const community = place.level === 'estate' ? communityOf(place) : undefined;
      return community ? `${place.name}（${community.name}）` : place.name;
    };
    const order = ['estate', 'community'];
    return places.value
      .filter((place) => order.includes(place.level))
      .sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
      .map((place) => ({ value: place.id, label: label(place) }));
  });
  const communities = computed(() => places.value.filter((place) => place.level === 'community'));
  function placeOf(id: Id | undefined): Place | undefined {
    return id === undefined ? undefined : byId.value.get(id);
  }
  return { query, places, placeOptions, communities, communityOf, placeOf };
}

export function useUnits() {
  const query = useQuery({ queryKey: ['units'], queryFn: () => call('GET /api/v1/units'), ...LONG });
  const units = computed<Unit[]>(() => query.data.value?.units ?? []);
  const byId = computed(() => new Map(units.value.map((unit) => [unit.id, unit])));
  const unitOptions = computed<Option<Id>[]>(() =>
    units.value.map((unit) => ({ value: unit.id, label: unit.name })),
  );
  function unitOf(id: Id | undefined): Unit | undefined {
    return id === undefined ? undefined : byId.value.get(id);
  }
  return { query, units, unitOptions, unitOf };
}
