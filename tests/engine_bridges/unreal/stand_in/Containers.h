// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include <initializer_list>

#include "CoreTypes.h"

template <typename T> class TArray {
public:
    TArray() = default;
    TArray(std::initializer_list<T>);
    int32 Num() const;
    bool IsEmpty() const;
    T* GetData();
    const T* GetData() const;
    T& operator[](int32);
    const T& operator[](int32) const;
    T& Last();
    int32 Add(const T&);
    void Append(const T*, int32);
    void Reset();
    void SetNumUninitialized(int32);
    void SetNumZeroed(int32);
    bool Contains(const T&) const;
    int32 Find(const T&) const;
    bool operator!=(const TArray&) const;
    template <typename Predicate> int32 RemoveAll(Predicate&&) { return 0; }
    T* begin();
    T* end();
    const T* begin() const;
    const T* end() const;
};

template <typename T> class TSet {
public:
    void Add(const T&);
    bool Contains(const T&) const;
    int32 Remove(const T&);
    void Reset();
    bool IsEmpty() const;
};

template <typename K, typename V> struct TPair {
    K Key;
    V Value;
};

template <typename K, typename V> class TMap {
public:
    int32 Num() const;
    V& Add(const K&, const V&);
    V* Find(const K&);
    const V* Find(const K&) const;
    V& FindChecked(const K&);
    V& FindOrAdd(const K&);
    void Reset();
    TPair<K, V>* begin();
    TPair<K, V>* end();
    const TPair<K, V>* begin() const;
    const TPair<K, V>* end() const;
};

template <typename R> class TFunction;
