// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include <type_traits>

#include "CoreTypes.h"

enum class ESPMode : uint8 { NotThreadSafe, ThreadSafe };

template <typename T, ESPMode Mode> class TSharedPtr;

template <typename T, ESPMode Mode = ESPMode::ThreadSafe> class TSharedRef {
public:
    template <typename U, typename = std::enable_if_t<std::is_convertible_v<U*, T*>>> TSharedRef(const TSharedRef<U, Mode>&);
    T& operator*() const;
    T* operator->() const;
};

template <typename T, ESPMode Mode = ESPMode::ThreadSafe> class TSharedPtr {
public:
    TSharedPtr() = default;
    TSharedPtr(std::nullptr_t);
    template <typename U, typename = std::enable_if_t<std::is_convertible_v<U*, T*>>> TSharedPtr(const TSharedRef<U, Mode>&);
    template <typename U, typename = std::enable_if_t<std::is_convertible_v<U*, T*>>> TSharedPtr(const TSharedPtr<U, Mode>&);
    T& operator*() const;
    T* operator->() const;
    bool IsValid() const;
    explicit operator bool() const;
    void Reset();
    TSharedRef<T, Mode> ToSharedRef() const;
    bool operator==(const TSharedPtr&) const;
};

template <typename T, ESPMode Mode = ESPMode::ThreadSafe> class TWeakPtr {
public:
    TWeakPtr() = default;
    TWeakPtr(const TSharedRef<T, Mode>&);
    TSharedPtr<T, Mode> Pin() const;
    bool IsValid() const;
};

template <typename T, ESPMode Mode = ESPMode::ThreadSafe> class TSharedFromThis {
public:
    TSharedRef<T, Mode> AsShared();
};

// As the engine's: the arguments must make a T.
template <typename T, ESPMode Mode = ESPMode::ThreadSafe, typename... Types>
    requires std::is_constructible_v<T, Types...>
TSharedRef<T, Mode> MakeShared(Types&&...);

template <typename T> class TObjectPtr {
public:
    TObjectPtr() = default;
    TObjectPtr(T*);
    TObjectPtr(std::nullptr_t);
    T* operator->() const;
    operator T*() const;
};

template <typename T> class TWeakObjectPtr {
public:
    TWeakObjectPtr() = default;
    TWeakObjectPtr(T*);
    T* Get() const;
    T* operator->() const;
    bool IsValid() const;
    void Reset();
};

template <typename T> class TSubclassOf {
public:
    TSubclassOf(class UClass*);
};
